#include "compiler/emit/cpp/optimizers.h"

#include <algorithm>

#include "compiler/emit/cpp/updates.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cpp {
namespace {

std::string places(const UpdateCall& call) {
  std::string at = "{" + std::to_string(call.offset) + ", " + std::to_string(call.offset);
  for (int64_t s : call.states) at += ", " + std::to_string(s);
  return at + "}";
}

}  // namespace

Optimizers::Optimizers(const Model& model)
    : model_(model),
      is_plain_(is_plain(model)),
      numbers_(is_plain_ ? std::vector<Numbers>() : numbers_of(model)),
      plan_(plan_updates(model, [&](const kernel::Update& update) {
        return update_function(update, is_plain_ ? nullptr : &numbers_[update.optimizer]);
      })) {}

std::string Optimizers::functions() const {
  std::string text;
  for (const Numbers& numbers : numbers_) text += numbers.struct_text();
  for (size_t f = 0; f < plan_.functions.size(); ++f) {
    text += fill(plan_.functions[f].text, {{"name", "update_" + std::to_string(f)}});
  }
  return text;
}

std::string Optimizers::call(const UpdateCall& call, const std::string& step) const {
  const std::string name = "update_" + std::to_string(call.function);
  if (plan_.functions[call.function].update->is_elementwise) {
    const bool is_all = call.offset == 0 && call.count == model_.param_floats;  // with what fills the last vector
    return fill(R"text(
run_elements($count$, [&](std::size_t begin, std::size_t end) {
  static constexpr std::size_t at[] = $at$;
  $name$(weights.data(), flat_gradient.data(), state.data(), at, $step$, begin, end);
});
)text",
                {{"count", std::to_string(is_all ? padded(call.count) : call.count)},
                 {"at", places(call)},
                 {"name", name},
                 {"step", step}});
  }
  return fill(R"text(
{
  static constexpr std::size_t at[] = $at$;
  $name$(weights.data(), flat_gradient.data(), state.data(), at, $step$, scratch.data());
}
)text",
              {{"at", places(call)}, {"name", name}, {"step", step}});
}

std::string Optimizers::add_up(const UpdateCall& call, const std::string& total) const {
  const std::string name = "update_" + std::to_string(call.function);
  if (plan_.functions[call.function].update->is_elementwise) {
    return fill(R"text(
$total$ += sum_elements($count$, [&](std::size_t begin, std::size_t end) {
  static constexpr std::size_t at[] = $at$;
  return $name$(weights.data(), flat_gradient.data(), state.data(), at, n, begin, end);
});
)text",
                {{"total", total}, {"count", std::to_string(call.count)}, {"at", places(call)}, {"name", name}});
  }
  return fill(R"text(
{
  static constexpr std::size_t at[] = $at$;
  $total$ += $name$(weights.data(), flat_gradient.data(), state.data(), at, n, scratch.data());
}
)text",
              {{"total", total}, {"at", places(call)}, {"name", name}});
}

/// What happens in an outcome of a step: to parameters and their states, to numbers, to gradients.
std::string Optimizers::outcome(const Numbers& numbers, size_t place, int number) const {
  std::string text;
  for (const UpdateCall* each : plan_.calls_in(place, number)) text += call(*each, "n");
  for (const Stretch& stretch : left_out(model_, plan_, place, number)) {
    text += "std::fill_n(flat_gradient.data() + " + std::to_string(stretch.offset) + ", " +
            std::to_string(stretch.count) + ", 0.0f);\n";
  }
  return text + numbers.assign(number);
}

/// From point to point: sums over the parameters, and conditions at which the step ends.
std::string Optimizers::take_step(Numbers numbers, size_t place) const {
  const sema::Optimizer& optimizer = numbers.optimizer();
  auto needed_by = [&](const std::vector<const UpdateCall*>& calls) {
    std::set<std::string> names;
    for (const UpdateCall* each : calls) names.merge(numbers.read_by(*plan_.functions[each->function].update));
    return names;
  };
  auto needed_in = [&](int number) {
    std::set<std::string> names = needed_by(plan_.calls_in(place, number));
    names.merge(numbers.assigned_in(number));
    return names;
  };
  std::string text;
  int skip = 0;
  for (const sema::Optimizer::Point& point : optimizer.points) {
    const std::string field = "n." + numbers.field(point.tensor->name);
    if (point.is_skip) {
      text += numbers.compute({point.tensor->name});
      Numbers ahead = numbers;
      text += "if (" + field + ") {\n" +
              indent(ahead.compute(needed_in(skip)) + outcome(numbers, place, skip) + "return false;\n", 2) + "}\n";
      ++skip;
      continue;
    }
    const auto calls = plan_.calls_for(place, point.tensor->name);
    text += numbers.compute(needed_by(calls)) + field + " = 0.0;\n";
    for (const UpdateCall* each : calls) text += add_up(*each, field);
  }
  text += numbers.compute(needed_in(skip)) + outcome(numbers, place, skip);
  const sema::Tensor* factor = model_.program->loss_factor;
  return fill(R"text(

/// A step of an optimizer; false where it ends before its last stage.$line$
bool $function$(bool finite$factor$) {
  $type$& n = $variable$;
  $given$
  $text$
  return true;
}
)text",
              {{"line", optimizer.span.source ? "  // " + file_and_line(optimizer.span) : ""},
               {"function", numbers.step_function()},
               {"factor", factor ? ", double factor" : ""},
               {"type", numbers.type()},
               {"variable", numbers.variable()},
               {"given",
                numbers.given("steps", "finite") + (factor ? "n." + numbers.field(factor->name) + " = factor;\n" : "")},
               {"text", text}});
}

bool Optimizers::has_sums() const {
  return std::any_of(plan_.calls.begin(), plan_.calls.end(), [&](const UpdateCall& call) {
    return !call.total.empty() && plan_.functions[call.function].update->is_elementwise;
  });
}

int64_t Optimizers::scratch_floats() const {
  int64_t most = 0;
  for (const auto& u : model_.updates) {
    if (!u.is_elementwise) most = std::max(most, u.program.uniforms);
  }
  return most;
}

std::string Optimizers::members() const {
  std::string text = "nn::AlignedBuffer<float> state{" + std::to_string(std::max<int64_t>(16, plan_.state_floats)) +
                     "};  // what the optimizer keeps\n";
  for (const Numbers& numbers : numbers_) text += numbers.type() + " " + numbers.variable() + ";\n";
  if (has_sums()) text += "nn::AlignedBuffer<double> sums_of_runs{kPadded / kElements + 1};\n";
  if (scratch_floats() > 0)
    text += "nn::AlignedBuffer<float> scratch{" + std::to_string(scratch_floats()) + "};  // of updates\n";
  return text;
}

std::string Optimizers::start() const {
  std::string text;
  for (const StateArray& s : plan_.states) {
    const std::string at = "state.data() + " + std::to_string(s.offset);
    if (s.weight >= 0) {
      text += "std::copy_n(weights.data() + " + std::to_string(s.weight) + ", " + std::to_string(s.count) + ", " + at +
              ");\n";
    } else if (s.initial != 0) {
      text += "std::fill_n(" + at + ", " + std::to_string(s.count) + ", " + float_literal(s.initial) + ");\n";
    }
  }
  return text;
}

std::string Optimizers::member_functions() {
  if (plan_.calls.empty()) return "";
  std::string text = fill(R"text(

static constexpr std::size_t kElements = std::size_t{1} << 14;  // of a run, which one worker updates

/// f(begin, end) over [0, count), in runs that workers take.
template <class F>
void run_elements(std::size_t count, const F& f) {
  executor->run(static_cast<int>((count + kElements - 1) / kElements), [&](int task, int) {
    const std::size_t begin = static_cast<std::size_t>(task) * kElements;
    f(begin, std::min(begin + kElements, count));
  });
}
)text",
                          {});
  if (has_sums()) {
    text += fill(R"text(

/// The sum of f(begin, end) over such runs, in their order.
template <class F>
double sum_elements(std::size_t count, const F& f) {
  run_elements(count, [&](std::size_t begin, std::size_t end) { sums_of_runs[begin / kElements] = f(begin, end); });
  double total = 0.0;
  for (std::size_t run = 0; run * kElements < count; ++run) total += sums_of_runs[run];
  return total;
}
)text",
                 {});
  }
  for (size_t k = 0; k < numbers_.size(); ++k) text += take_step(numbers_[k], k);
  if (const sema::Optimizer* scaling = sema::scaling(*model_.program)) {
    Numbers numbers = numbers_[static_cast<size_t>(scaling - model_.program->optimizers.data())];
    text += fill(R"text(

/// What the loss is multiplied by before there are gradients of it.
double loss_factor() {
  $type$& n = $variable$;
  $given$
  $text$
  return n.$factor$;
}
)text",
                 {{"type", numbers.type()},
                  {"variable", numbers.variable()},
                  {"given", numbers.given("steps", "true")},
                  {"text", numbers.compute_loss_factor()},
                  {"factor", numbers.field(scaling->loss_factor->name)}});
  }
  return text;
}

std::string Optimizers::update() const {
  const std::string leave = "if (!are_gradients_finite()) {\n  flat_gradient.clear_to_zero();\n  return false;\n}\n";
  if (plan_.calls.empty()) return leave + "return false;\n";
  if (is_plain_) {
    std::string calls;
    for (const UpdateCall& each : plan_.calls) calls += call(each, "next");
    return leave + "const double next = static_cast<double>(steps + 1);\n" + calls + "++steps;\nreturn true;\n";
  }
  std::string text = "const bool finite = are_gradients_finite();\n";
  if (scales_loss()) text += "const double factor = loss_factor();\n";
  text += "bool applied = false;\n";
  for (const Numbers& numbers : numbers_)
    text +=
        "applied = " + numbers.step_function() + (scales_loss() ? "(finite, factor)" : "(finite)") + " || applied;\n";
  return text + "if (applied) ++steps;\nreturn applied;\n";
}

std::string Optimizers::write_numbers() const {
  std::string text;
  for (const Numbers& numbers : numbers_) {
    for (const auto& kept : numbers.kept())
      text +=
          "file.add(\"" + kept.file_name + "\", {}, &trainer.state_->" + numbers.variable() + "." + kept.field + ");\n";
  }
  return text;
}

std::string Optimizers::want_numbers() const {
  std::string text;
  for (const Numbers& numbers : numbers_) {
    for (const auto& kept : numbers.kept())
      text += "wanted.emplace_back(\"" + kept.file_name + "\", nn::TensorShape(), &trainer.state_->" +
              numbers.variable() + "." + kept.field + ");\n";
  }
  return text;
}

std::string Optimizers::offered() const {
  std::string text;
  for (const Offered& each : plan_.offered)
    text += "std::copy_n(state_->state.data() + " + std::to_string(each.state) + ", " + std::to_string(each.count) +
            ", result.data() + " + std::to_string(each.offset) + ");\n";
  return text;
}

}  // namespace nnc::emit::cpp
