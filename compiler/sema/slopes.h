// How values depend on each other: with a slope, in steps only, or not at all. A derivative that is 0 for want of a
// slope is a mistake of the text, and has a message.
#pragma once

#include <unordered_map>

#include "compiler/sema/program.h"

namespace nnc::sema {

/// From the weakest to the strongest. `held`: a `stop_gradient` stands between, as the text wants it. `steps`: only
/// through functions without a slope (`round`, comparisons, integers), or as a place.
enum class Dependence : uint8_t { none, held, steps, smooth };

/// What a tensor is made of, and how it depends on each of these: the strongest of all paths.
class Dependences {
 public:
  Dependences(const Program& program, const Tensor* of);
  Dependence on(const Tensor* tensor) const;

 private:
  void reach(const Tensor* tensor, Dependence how);
  void reach(const Expr* expr, Dependence how);

  struct Reached {
    const Tensor* tensor;
    const Expr* expr;
    Dependence how;
  };
  std::unordered_map<const Tensor*, Dependence> tensors_;
  std::unordered_map<const Expr*, Dependence> exprs_;
  std::vector<Reached> waiting_;
};

}  // namespace nnc::sema
