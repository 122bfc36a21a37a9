#include "compiler/passes/pipeline.h"

#include <cassert>

#include "compiler/ir/verify.h"
#include "compiler/passes/drop.h"
#include "compiler/passes/factorise.h"
#include "compiler/passes/fold.h"
#include "compiler/passes/forward.h"
#include "compiler/passes/lift.h"
#include "compiler/passes/merge.h"
#include "compiler/passes/reciprocal.h"
#include "compiler/passes/scalarise.h"
#include "compiler/passes/share.h"
#include "compiler/passes/split.h"
#include "compiler/passes/unroll.h"

namespace nnc::passes {
namespace {

constexpr Pass kPipeline[] = {
    {"drop", drop},              // first: the rest has less to look at
    {"fold", fold},              // before split, which asks tables where conditions change
    {"forward", forward},        // before split: a copy would hang on an axis and keep it whole
    {"split", split},            // before unroll: a condition on levels must not write them out
    {"unroll", unroll},          // before scalarise, which takes the constants that it leaves at places
    {"scalarise", scalarise},    //
    {"fold", fold},              // after scalarise: pieces that nothing writes are 0
    {"share", share},            // before forward, so that a result's source has no equal left
    {"forward", forward},        // after scalarise: which pieces are copies, and which parts of others, shows only now
    {"merge", merge},            // after forward, which turns adjoints of copies into contributions to one tensor
    {"factorise", factorise},    // after merge: a factor leaves one sum and not each of its parts
    {"lift", lift},              // after factorise: two factors are left
    {"share", share},            // after lift: products with one operand share it
    {"forward", forward},        // after share, and before reciprocal: 1 / N would be forwarded again
    {"reciprocal", reciprocal},  // after factorise: what has left a sum divides less often
    {"drop", drop},              // last: what the others left without readers
};

[[maybe_unused]] bool is_well_formed(const ir::Module& module) { return ir::verify(module).empty(); }

}  // namespace

std::span<const Pass> pipeline() { return kPipeline; }

void run(ir::Module& module, const std::function<void(const Pass&, const ir::Module&)>& after) {
  assert(is_well_formed(module));
  for (const Pass& pass : kPipeline) {
    pass.function(module);
    assert(is_well_formed(module));
    if (after) after(pass, module);
  }
}

}  // namespace nnc::passes
