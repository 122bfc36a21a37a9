#include "compiler/kernel/schedule.h"

#include <algorithm>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/localise.h"
#include "compiler/kernel/nest.h"
#include "compiler/kernel/recognise.h"
#include "compiler/kernel/scatter.h"
#include "compiler/kernel/start.h"
#include "compiler/kernel/unread.h"

namespace nnc::kernel {

using ir::Equation;
using ir::Tensor;

const Target& cpu() {
  static const Target target{"cpu", true};
  return target;
}

const Target& cuda() {
  static const Target target{"cuda", false};
  return target;
}

namespace {

class Scheduler {
 public:
  Scheduler(ir::Module module, const ParamOffsets& params, const Target& target, Diagnostics& diagnostics,
            size_t first_result)
      : target_(target), diagnostics_(diagnostics), params_(params) {
    program_.module = std::move(module);
    const auto& outputs = program_.module.outputs;
    program_.results.insert(outputs.begin() + static_cast<std::ptrdiff_t>(first_result), outputs.end());
    sum_before_scatters(program_.module);
  }

  std::optional<Program> run() {
    std::set<size_t> copies = assign_places(program_, params_);
    find_zones();
    if (!diagnostics_.ok()) return std::nullopt;
    std::vector<Equation> scatters;
    NestBuilder before(program_, false), after(program_, false);
    for (size_t e = 0; e < program_.module.equations.size(); ++e) {
      const Equation& equation = program_.module.equations[e];
      if (copies.contains(e)) {
        made_[equation.out] = std::max(made_of(equation.out), made_of(equation.body->tensor));
      } else if (zones_[e] == Zone::before) {
        before.add(equation, store_of(equation));
      } else if (zones_[e] == Zone::after) {
        after.add(equation, store_of(equation));
      } else if (is_scatter(equation) && target_.scatter_after_tiles) {
        scatters.push_back(equation);
      } else {
        add_step(equation);
      }
    }
    program_.before = before.nest();
    program_.after = after.nest();
    for (const auto& [step, nest] : nests_) program_.tile[step] = nest.nest();
    add_scatters(program_, scatters);
    const bool leaves_outputs_out = program_.results.size() < program_.module.outputs.size();
    if (leaves_outputs_out || !scatters.empty()) drop_unread(program_);  // else all is read, or an update's new value
    localise(program_);
    start_from_addends(program_);
    for (Step& step : program_.tile) {
      if (auto* nest = std::get_if<Nest>(&step)) nest->meanings = meanings_of(program_.module, *nest);
    }
    for (Scatter& scatter : program_.scatters) scatter.nest.meanings = meanings_of(program_.module, scatter.nest);
    return std::move(program_);
  }

 private:
  enum class Zone { before, tile, after };

  /// Uniform equations stand before the tiles unless they read what the tiles sum up.
  void find_zones() {
    std::set<const Tensor*> summed;  // over samples, or from such sums
    for (const Equation& e : program_.module.equations) {
      bool reads_sum = false;
      for_each_read(e, [&](const ir::Node* read) { reads_sum |= summed.contains(read->tensor); });
      Zone zone = over_samples(e) ? Zone::tile : reads_sum ? Zone::after : Zone::before;
      if (zone == Zone::tile && reads_sum) {
        diagnostics_
            .error(DiagnosticKind::MixesSamples, e.span,
                   "`" + e.out->name + "` of one sample depends on a sum over all samples of the batch")
            .hint("a model describes one sample: normalise over the values of one sample, not over the batch");
      }
      if (!e.out->has_samples() && zone != Zone::before) summed.insert(e.out);
      zones_.push_back(zone);
    }
  }

  void add_step(const Equation& equation) {
    Store store = store_of(equation);
    if (auto product = as_product(equation, program_.storage)) {
      product->store = store;
      push(std::move(*product), equation.out);
    } else if (auto outer = as_outer(equation, program_.storage)) {
      push(std::move(*outer), equation.out);
    } else if (auto sum = as_lane_sum(equation, program_.storage)) {
      push(std::move(*sum), equation.out);
    } else if (!join_epilogue(equation, store)) {
      join_nest(equation, store);
    }
  }

  void push(Step step, const Tensor* out) {
    note_made(out, program_.tile.size());
    program_.tile.push_back(std::move(step));
  }

  /// The number after the last step that adds to the tensor; 0 where none does.
  size_t made_of(const Tensor* tensor) const {
    auto at = made_.find(tensor);
    return at == made_.end() ? 0 : at->second;
  }
  void note_made(const Tensor* tensor, size_t step) { made_[tensor] = std::max(made_of(tensor), step + 1); }

  /// The number after the last step that the equation must not stand before.
  size_t ready(const Equation& equation) const {
    size_t last = made_of(equation.out);
    for_each_read(equation, [&](const ir::Node* read) { last = std::max(last, made_of(read->tensor)); });
    return last;
  }

  /// Work on each output of a product goes where the product stores it.
  bool join_epilogue(const Equation& equation, Store store) {
    size_t last = ready(equation);
    if (last == 0) return false;
    auto* product = std::get_if<Product>(&program_.tile[last - 1]);
    auto kept = kept_indices(equation);
    if (!product || product->store != Store::set || store == Store::add_lanes || store == Store::scatter) return false;
    if (kept.size() != 1 || kept[0]->extent.size != product->rows || !reduced_indices(equation).empty()) return false;
    if (!equation.out->has_samples() || equation.out->type != ir::Type::real) return false;
    Equation renamed = rename(program_.module, equation, {{kept[0], product->row}});
    auto is_made_by_rows = [&](const Tensor* tensor) {  // not the whole that a value of it is a part of
      auto lies_there = [&](const Tensor* made) { return program_.storage.at(made) == program_.storage.at(tensor); };
      return lies_there(product->out) || std::any_of(product->epilogue.begin(), product->epilogue.end(),
                                                     [&](const Statement& s) { return lies_there(s.equation.out); });
    };
    const ir::Node* m = program_.module.value_of(product->row);
    auto is_row = [&](const std::vector<const ir::Node*>& at) { return at.size() == 2 && at[1] == m; };
    bool fits = is_row(renamed.at);
    for_each_read(renamed, [&](const ir::Node* read) {
      bool made_here = made_of(read->tensor) == last;
      bool gathers = std::any_of(read->args.begin(), read->args.end(),
                                 [](const ir::Node* a) { return a->kind == ir::Node::Kind::read; });
      if ((made_here && !(is_row(read->args) && is_made_by_rows(read->tensor))) || gathers) fits = false;
    });
    if (!fits) return false;
    product->epilogue.push_back({renamed, store});
    note_made(equation.out, last - 1);
    return true;
  }

  /// The first nest that stands late enough takes the equation, or a new one at the end does.
  void join_nest(const Equation& equation, Store store) {
    size_t last = ready(equation);
    for (size_t s = last == 0 ? 0 : last - 1; s < program_.tile.size(); ++s) {
      auto nest = nests_.find(s);
      if (nest == nests_.end()) continue;
      nest->second.add(equation, store);
      note_made(equation.out, s);
      return;
    }
    size_t s = program_.tile.size();
    push(Nest{}, equation.out);
    nests_.emplace(s, NestBuilder(program_, true)).first->second.add(equation, store);
  }

  /// Sets where nothing is yet. Where the first contribution leaves a part out, the tensor is cleared before it.
  Store store_of(const Equation& equation) {
    if (is_scatter(equation)) return Store::scatter;
    bool first = seen_.insert(equation.out).second;
    if (!equation.out->has_samples() && over_samples(equation)) {
      bool has_sums = std::any_of(program_.accumulators.begin(), program_.accumulators.end(),
                                  [&](const Accumulator& a) { return a.out == equation.out; });
      bool needs_sums = !as_outer(equation, program_.storage) && !as_lane_sum(equation, program_.storage);
      if (needs_sums && !has_sums) program_.accumulators.push_back({equation.out, elements(*equation.out)});
      return Store::add_lanes;
    }
    if (program_.storage.at(equation.out).place == Place::gradient) return Store::add;
    if (equation.combine == ir::Combine::set) {
      const bool leaves_a_part = first && equation.out->has_samples() && !is_covered(program_.module, *equation.out);
      if (leaves_a_part) push(Clear{equation.out}, equation.out);
      return Store::set;
    }
    if (first && covers(equation)) return Store::set;
    if (first && equation.out->has_samples()) push(Clear{equation.out}, equation.out);
    return Store::add;
  }

  /// True if the equation writes every element of its tensor.
  static bool covers(const Equation& equation) {
    std::set<const ir::Index*> seen;
    for (size_t d = 0; d < equation.at.size(); ++d) {
      const ir::Node* at = equation.at[d];
      if (at->kind != ir::Node::Kind::index || at->index->extent != equation.out->shape[d] ||
          !seen.insert(at->index).second)
        return false;
    }
    return true;
  }

  Program program_;
  const Target& target_;
  Diagnostics& diagnostics_;
  const ParamOffsets& params_;
  std::vector<Zone> zones_;
  std::map<const Tensor*, size_t> made_;
  std::set<const Tensor*> seen_;
  std::map<size_t, NestBuilder> nests_;  // by the number of their step
};

}  // namespace

std::optional<Program> schedule(ir::Module module, const ParamOffsets& params, const Target& target,
                                Diagnostics& diagnostics, size_t first_result) {
  return Scheduler(std::move(module), params, target, diagnostics, first_result).run();
}

}  // namespace nnc::kernel
