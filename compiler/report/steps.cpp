#include "compiler/report/steps.h"

#include <algorithm>

#include "compiler/ir/print.h"
#include "compiler/kernel/affine.h"
#include "compiler/passes/count.h"
#include "compiler/report/access.h"
#include "compiler/report/numbers.h"

namespace nnc::report {

using kernel::Statement;
using kernel::Store;

namespace {

Work work_of(const passes::Count& count) {
  return {.multiply_adds = 0,
          .other = count.flop,
          .costly = count.transcendental,
          .integer = count.integer,
          .selects = count.selects,
          .gathers = count.gathers};
}

template <class T>
void add_new(std::vector<T>& all, T one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
}

std::string matrix(const std::string& name, int64_t rows, int64_t terms) {
  return name + " [" + std::to_string(rows) + ", " + std::to_string(terms) + "]";
}

class StepReader {
 public:
  StepReader(const kernel::Program& program, const Parts& parts, const Words& words)
      : program_(program), parts_(parts), words_(words) {}

  std::vector<Step> run() {
    if (!program_.before.groups.empty()) nest(StepKind::before, program_.before);
    for (const kernel::Step& step : program_.tile) std::visit([&](const auto& each) { see(each); }, step);
    for (const kernel::Scatter& scatter : program_.scatters) {
      Step& step = nest(StepKind::scatter, scatter.nest, scatter.axis);
      step.tasks = scatter.axis ? scatter.axis->extent.size : 1;
      step.tasks_axis = scatter.axis ? scatter.axis->name : "";
    }
    if (!program_.after.groups.empty()) nest(StepKind::after, program_.after);
    return std::move(steps_);
  }

 private:
  Step& add(StepKind kind, Span span) {
    const int number = kind == StepKind::before ? 0 : ++number_;
    Step& step = steps_.emplace_back();
    step.kind = kind;
    step.number = number;
    step.place = file_and_line(span);
    return step;
  }

  void name_words(Step& step, const std::string& tensor, Part part) {
    const sema::Tensor* value = words_.value(tensor, part);
    if (!value) return;
    if (part == Part::forward && !words_.is_gradient(tensor, part)) add_new(step.values, value);
    if (std::string text = words_.text(*value); !text.empty()) add_new(step.words, cut(text, 60));
    if (words_.is_loss(*value)) step.place = words_.loss_place();
  }

  void see(const kernel::Nest& each) { nest(StepKind::nest, each); }

  void see(const kernel::Product& product) {
    Step& step = add(StepKind::product, product.span);
    Accesses accesses(program_, parts_, words_);
    const Part part = parts_.of(product.out);
    const ir::Tensor* of = product.matrix.tensor;
    const bool is_turned = product.matrix.row_step == 1 && product.matrix.term_step != 1;
    step.form =
        is_turned ? matrix(of->name, product.terms, product.rows) + "ᵀ" : matrix(of->name, product.rows, product.terms);
    step.form += " · " + product.x.tensor->name;
    if (product.start) step.form += " + " + product.start->tensor->name;
    if (product.store == Store::add) step.form += ", onto " + product.out->name;
    accesses.read(product.x.tensor, product.terms, part);
    accesses.read(of, product.rows * product.terms, part);
    if (product.start) accesses.read(product.start->tensor, product.rows, part);
    if (product.store == Store::add) accesses.read(product.out, product.rows, part);
    accesses.write(product.out, product.rows);
    Work own;
    own.multiply_adds = product.rows * product.terms;
    (part == Part::forward ? step.forward : step.backward) += own;
    name_words(step, product.out->name, part);
    statements(step, product.epilogue, accesses);
    finish(step, accesses, product.out);
  }

  void see(const kernel::Outer& outer) {
    Step& step = add(StepKind::outer, outer.span);
    Accesses accesses(program_, parts_, words_);
    step.form = matrix(outer.out->name, outer.rows, outer.terms) + " += " + outer.dy.tensor->name + " · " +
                outer.x.tensor->name + " of each sample";
    step.backward.multiply_adds = outer.rows * outer.terms;
    accesses.read(outer.dy.tensor, outer.rows, Part::backward);
    accesses.read(outer.x.tensor, outer.terms, Part::backward);
    accesses.sum_up(outer.out, outer.rows * outer.terms);
    name_words(step, outer.out->name, Part::backward);
    finish(step, accesses, outer.out);
  }

  void see(const kernel::LaneSum& sum) {
    Step& step = add(StepKind::lane_sum, sum.span);
    Accesses accesses(program_, parts_, words_);
    step.form = sum.out->name + " += " + sum.x.tensor->name + " of each sample";
    const Part part = parts_.of(sum.out);
    Work own;
    own.other = sum.rows;
    (part == Part::forward ? step.forward : step.backward) += own;
    accesses.read(sum.x.tensor, sum.rows, part);
    accesses.sum_up(sum.out, sum.rows);
    name_words(step, sum.out->name, part);
    finish(step, accesses, sum.out);
  }

  void see(const kernel::Clear& clear) {
    Step& step = add(StepKind::clear, clear.tensor->span);
    Accesses accesses(program_, parts_, words_);
    step.form = clear.tensor->name + " = 0";
    accesses.write(clear.tensor, kernel::elements(*clear.tensor));
    finish(step, accesses, clear.tensor);
  }

  Step& nest(StepKind kind, const kernel::Nest& nest, const ir::Index* axis = nullptr) {
    Step& step = add(kind, nest.span);
    Accesses accesses(program_, parts_, words_);
    const ir::Tensor* last = nullptr;
    for (const kernel::Group& group : nest.groups) {
      std::string loops = axis ? "one " + axis->name : "";
      for (const ir::Index* index : group.over)
        loops += (loops.empty() ? "" : ", ") + index->name + ": " + std::to_string(index->extent.size);
      if (!loops.empty()) step.form += (step.form.empty() ? "for each " : "; ") + loops;
      statements(step, group.statements, accesses);
      if (!group.statements.empty()) last = group.statements.back().equation.out;
    }
    finish(step, accesses, last);
    return step;
  }

  /// One body: what is equal in it is computed once.
  void statements(Step& step, const std::vector<Statement>& all, Accesses& accesses) {
    std::vector<const ir::Equation*> every, forward, again;
    std::set<const ir::Tensor*> begun;
    for (const Statement& statement : all) {
      const ir::Equation& equation = statement.equation;
      const Part part = parts_.of(equation.out);
      every.push_back(&equation);
      if (part == Part::forward) forward.push_back(&equation);
      if (part == Part::again) again.push_back(&equation);
      if (statement.store == Store::add) begun.insert(equation.out);
      step.fused.push_back(
          {equation.out->name, words_.value_name(equation.out->name, part), ir::print(equation), part});
      name_words(step, equation.out->name, part);
      accesses.read(equation, part);
      accesses.write(equation, statement.store == Store::add_lanes);
    }
    auto count = [&](const std::vector<const ir::Equation*>& equations) {
      return work_of(passes::count(equations, passes::Sharing::nest, begun));
    };
    const Work whole = count(every), of_forward = count(forward), of_again = count(again);
    step.forward += of_forward;
    step.again += of_again;
    step.backward += whole - of_forward - of_again;
  }

  void finish(Step& step, const Accesses& accesses, const ir::Tensor* last) {
    step.reads = accesses.reads();
    step.writes = accesses.writes();
    for (const Access& access : step.writes) add_new(step.makes, access.value);
    if (step.makes.empty() && last) step.makes.push_back(words_.value_name(last->name, parts_.of(last)));
  }

  const kernel::Program& program_;
  const Parts& parts_;
  const Words& words_;
  std::vector<Step> steps_;
  int number_ = 0;
};

}  // namespace

std::vector<Step> steps_of(const kernel::Program& program, const Parts& parts, const Words& words) {
  return StepReader(program, parts, words).run();
}

}  // namespace nnc::report
