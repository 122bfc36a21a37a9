// Random modules, valid by construction: each pass leaves them well-formed and with the same results.
#include <gtest/gtest.h>

#include <algorithm>

#include "autodiff/three_ways.h"
#include "compiler/autodiff/gradients.h"
#include "compiler/ir/print.h"
#include "compiler/passes/pipeline.h"
#include "ir/ir_text.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

struct Axis {
  std::string name, extent;
};
const std::vector<Axis> kAxes = {{"b", "N"}, {"i", "2"}, {"j", "3"}, {"c", "4"}, {"l", "6"}};

struct Value {
  std::string name;
  std::vector<Axis> shape;
};

/// Text of equations with copies, shifted and computed places, flattenings, parts, conditions on indices, sums.
class Generator {
 public:
  explicit Generator(uint64_t seed) : numbers_(seed) {
    declare("input", "x", {kAxes[0], kAxes[4]});
    declare("input", "z", {kAxes[0], kAxes[1], kAxes[2]});
    declare("param", "w", {kAxes[4], kAxes[2]});
    declare("param", "v", {kAxes[3]});
    text_ += "constant t[6] = 1, 2, 2, 3, 0.5, -1\nconstant s[6]: i32 = 0, 3, 3, 1, 2, 5\n";
  }

  std::string make() {
    for (int64_t e = numbers_.integer(4, 9); e > 0; --e) add_equation();
    text_ += "loss += " + values_.back().name + places(values_.back(), values_.back().shape) + " * 0.5" +
             over(values_.back().shape) + "\n";
    for (const Value& value : values_) {
      if (value.name[0] == 'y' && one_in(3)) text_ += "output " + value.name + "\n";
    }
    return text_ + "output loss\n";
  }

 private:
  bool one_in(int64_t n) { return numbers_.integer(1, n) == 1; }
  template <typename List>
  auto one_of(const List& list) {
    return list[static_cast<size_t>(numbers_.integer(0, static_cast<int64_t>(list.size()) - 1))];
  }

  void declare(const std::string& role, const std::string& name, const std::vector<Axis>& shape) {
    values_.push_back({name, shape});
    text_ += role + " " + name + extents(shape) + "\n";
  }

  static std::string joined(const std::vector<Axis>& axes, std::string Axis::* what) {
    std::string text;
    for (const Axis& axis : axes) text += (text.empty() ? "" : ", ") + axis.*what;
    return axes.empty() ? "" : "[" + text + "]";
  }
  static std::string extents(const std::vector<Axis>& axes) { return joined(axes, &Axis::extent); }
  static std::string places(const Value&, const std::vector<Axis>& axes) { return joined(axes, &Axis::name); }
  static std::string over(const std::vector<Axis>& axes) {
    std::string text;
    for (const Axis& axis : axes) text += (text.empty() ? "   over " : ", ") + axis.name + ": " + axis.extent;
    return text;
  }

  std::vector<Axis> some_axes(bool with_samples) {
    std::vector<Axis> axes;
    for (const Axis& axis : kAxes) {
      if (axis.extent == "N" ? with_samples : one_in(3)) axes.push_back(axis);
    }
    return axes;
  }

  /// A place in a dimension of that extent, from the axes at hand; some may lie outside and are clamped.
  std::string place(const Axis& dimension, const std::vector<Axis>& axes) {
    if (dimension.extent == "N") return "b";
    std::vector<std::string> choices = {std::to_string(numbers_.integer(0, std::stoi(dimension.extent) - 1)) + "i"};
    for (const Axis& axis : axes) {
      if (axis.extent == "N") continue;
      int slack = std::stoi(dimension.extent) - std::stoi(axis.extent);
      if (slack == 0) choices.insert(choices.end(), 3, axis.name);
      if (slack >= 0) choices.push_back(axis.name + " + " + std::to_string(numbers_.integer(0, slack + 1)));
      if (slack >= 0) choices.push_back(std::to_string(std::stoi(axis.extent) - 1) + " - " + axis.name);
      if (axis.name == "l" && one_in(3)) choices.push_back("s[l] / 2");
      if (axis.name == "l" && one_in(3)) choices.push_back("int(t[l] * 2)");
    }
    return one_of(choices);
  }

  std::string read(const std::vector<Axis>& axes) {
    bool has_samples = !axes.empty() && axes[0].extent == "N";
    std::vector<Value> readable;
    for (const Value& value : values_) {
      if (value.shape.empty() || value.shape[0].extent != "N" || has_samples) readable.push_back(value);
    }
    Value value = one_in(2) ? readable.back() : one_of(readable);
    std::string text;
    for (const Axis& dimension : value.shape) text += (text.empty() ? "" : ", ") + place(dimension, axes);
    return value.shape.empty() ? value.name : value.name + "[" + text + "]";
  }

  std::string condition(const std::vector<Axis>& axes) {
    std::vector<std::string> choices = {read(axes) + " > 0.25"};
    for (const Axis& axis : axes) {
      if (axis.name == "c") choices.push_back("bit(c, 1i)");
      if (axis.name == "l") choices.insert(choices.end(), {"l < 2", "t[l] > 1.5", "l mod 2 == 1"});
      if (axis.name == "j") choices.push_back("j == 1");
    }
    return one_of(choices);
  }

  std::string body(const std::vector<Axis>& axes, int depth) {
    if (depth == 0) return one_in(6) ? one_of(std::vector<std::string>{"0.0", "2.0", "1.0", "(1 / N)"}) : read(axes);
    auto part = [&] { return body(axes, depth - 1); };
    switch (numbers_.integer(0, 8)) {
      case 0:
        return "(" + part() + " + " + part() + ")";
      case 1:
        return "(" + part() + " - " + part() + ")";
      case 2:
      case 3:
        return part() + " * " + part();
      case 4:
        return "(-" + part() + " / (" + read(axes) + "^2 + 2))";
      case 5:
        return "select(" + condition(axes) + ", " + part() + ", " + part() + ")";
      case 6:
        return "tanh(" + part() + ")";
      case 7:
        return "max(" + part() + ", 0)";
      default:
        return part();
    }
  }

  void add_equation() {
    std::string name = "y" + std::to_string(count_++);
    bool has_samples = !one_in(4);
    std::vector<Axis> kept = some_axes(has_samples);
    if (one_in(5) && has_samples) return add_flattening(name);
    std::vector<Axis> all = kept;
    for (const Axis& axis : kAxes) {
      auto is_axis = [&](const Axis& other) { return other.name == axis.name; };
      if (std::none_of(kept.begin(), kept.end(), is_axis) && one_in(4)) all.push_back(axis);
    }
    if (!has_samples)
      std::stable_sort(all.begin(), all.end(),
                       [](const Axis& a, const Axis& b) { return a.extent == "N" && b.extent != "N"; });
    bool is_map = all.size() == kept.size();
    std::string sign = is_map ? " = " : " += ";
    std::string text = "tanh(" + body(all, 2) + ")";
    if (one_in(3)) text = read(all);
    if (!is_map && one_in(2)) text = "0.1 * " + read(all) + " * " + read(all) + " * " + read(all);
    if (is_map && one_in(4) && !kept.empty() && kept.back().extent != "N") {
      text_ += "value " + name + extents(with_double_extent(kept)) + "\n";
      std::string at = joined(kept, &Axis::name);
      at.pop_back();
      text_ += name + at + " * 2] = " + text + over(all) + "\n";
      text_ += name + at + " * 2 + 1] = " + read(all) + over(all) + "\n";
      values_.push_back({name, with_double_extent(kept)});
      return;
    }
    text_ += name + joined(kept, &Axis::name) + sign + text + over(all) + "\n";
    if (!is_map && one_in(3)) text_ += name + joined(kept, &Axis::name) + " += " + read(kept) + over(kept) + "\n";
    values_.push_back({name, kept});
  }

  static std::vector<Axis> with_double_extent(std::vector<Axis> axes) {
    axes.back() = {"k", std::to_string(2 * std::stoi(axes.back().extent))};
    return axes;
  }

  void add_flattening(const std::string& name) {
    std::string source = name + "_source";
    text_ += source + "[b, j, i] = tanh(" + body({kAxes[0], kAxes[2], kAxes[1]}, 1) + ")   over b: N, j: 3, i: 2\n";
    text_ += name + "[b, l] = " + source + "[b, l / 2, l mod 2]   over b: N, l: 6\n";
    values_.push_back({name, {kAxes[0], kAxes[4]}});
  }

  test::Numbers numbers_;
  std::string text_;
  std::vector<Value> values_;
  int count_ = 0;
};

class RandomModules : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, RandomModules, testing::Range(0, 100));

TEST_P(RandomModules, mean_the_same_after_each_pass) {
  std::string text = Generator(static_cast<uint64_t>(GetParam())).make();
  ir::Module before = test::read_ir(text), after = test::read_ir(text);
  for (ir::Module* module : {&before, &after}) {
    test::expect_well_formed(*module);
    ir::Tensor *loss = module->find("loss"), *ones = autodiff::filled(*module, *loss, "ones", 1);
    std::vector<ir::Tensor*> params = {module->find("w"), module->find("v"), module->find("x")};
    auto gradient = autodiff::gradients(*module, {{loss, ones}}, params);
    for (ir::Tensor* param : params) module->outputs.push_back(gradient.at(param));
  }
  ASSERT_FALSE(HasFailure()) << text;
  std::string last = ir::print(before);
  run(after, [&](const Pass& pass, const ir::Module& module) {
    if (HasFailure()) return;
    test::expect_well_formed(module);
    expect_same_results(before, module);
    std::string now = ir::print(module);
    if (HasFailure()) ADD_FAILURE() << "before " << pass.name << ":\n" << last << "\nafter:\n" << now;
    last = now;
  });
}

}  // namespace
}  // namespace nnc::passes
