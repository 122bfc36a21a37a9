// Random equations that are valid by construction: what they mean stays through text, and their gradients agree three
// ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "autodiff/three_ways.h"
#include "compiler/ir/build.h"
#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc {
namespace {

using ir::Combine;
using ir::Expr;
using ir::Extent;
using ir::Index;
using ir::Node;
using ir::Tensor;
using scalar::Op;

/// Grows a module equation by equation; every value stays near 1, so that derivatives can be measured.
class Generator {
 public:
  explicit Generator(uint64_t seed) : numbers_(seed), m_(module_) {
    indices_ = {m_.samples_index("b"), m_.index("i", 2), m_.index("j", 3), m_.index("k", 4)};
    declare("x", {0, 1}, ir::Role::input);
    declare("z", {0}, ir::Role::input);
    declare("w", {2, 1}, ir::Role::param);
    declare("v", {3}, ir::Role::param);
    declare("s", {}, ir::Role::param);
  }

  ir::Module make() {
    int64_t count = numbers_.integer(3, 8);
    for (int64_t e = 0; e < count; ++e) add_equation("t" + std::to_string(e));
    Tensor* y = module_.tensor("y", {}, ir::Type::real, ir::Role::value);
    for (Tensor* tensor : tensors_) {
      if (tensor->role != ir::Role::value) continue;
      std::vector<const Index*> over;
      std::vector<const Node*> at;
      for (size_t d = 0; d < tensor->rank(); ++d) {
        over.push_back(m_.module().index("n" + std::to_string(d), tensor->shape[d]));
        at.push_back(module_.value_of(over.back()));
      }
      module_.equations.push_back({y, {}, Combine::sum, module_.read(tensor, at), over, {}});
    }
    return std::move(module_);
  }

 private:
  bool one_in(int64_t n) { return numbers_.integer(1, n) == 1; }

  void declare(const char* name, const std::vector<size_t>& dims, ir::Role role) {
    std::vector<Extent> shape;
    for (size_t d : dims) shape.push_back(indices_[d]->extent);
    tensors_.push_back(module_.tensor(name, std::move(shape), ir::Type::real, role));
  }

  /// A subset of the indices, the samples first.
  std::vector<const Index*> some_indices(int64_t one_in_how_many) {
    std::vector<const Index*> some;
    for (const Index* index : indices_) {
      if (one_in(one_in_how_many)) some.push_back(index);
    }
    return some;
  }

  void add_equation(const std::string& name) {
    std::vector<const Index*> kept = some_indices(2), over = kept;
    for (const Index* index : indices_) {
      bool is_new = std::find(over.begin(), over.end(), index) == over.end();
      if (is_new && !index->extent.is_samples() && one_in(3)) over.push_back(index);
    }
    bool is_map = over.size() == kept.size();
    Combine combine = is_map ? Combine::set : static_cast<Combine>(numbers_.integer(1, 3));
    over_ = over;
    Expr body = unit(expression(3));
    if (combine == Combine::prod) body = body * 0.25 + 1.0;

    std::vector<Extent> shape;
    std::vector<const Node*> at;
    for (const Index* index : kept) {
      shape.push_back(index->extent);
      at.push_back(module_.value_of(index));
    }
    bool is_scatter = combine == Combine::sum && !kept.empty() && !kept.back()->extent.is_samples() && one_in(2);
    if (is_scatter) at.back() = place(kept.back()->extent.size);
    Tensor* tensor = module_.tensor(name, std::move(shape), ir::Type::real, ir::Role::value);
    module_.equations.push_back({tensor, at, combine, body.node, over, {}});
    tensors_.push_back(tensor);
  }

  /// Smooth, and within [−1, 1] so that nothing grows.
  Expr unit(Expr expr) { return ir::apply(one_in(2) ? Op::sin : Op::tanh, {expr}); }

  Expr constant(double number) { return m_.constant(number); }

  Expr leaf() {
    if (one_in(6)) return constant(numbers_.real(-1, 1));
    for (int attempt = 0; attempt < 8; ++attempt) {
      Tensor* tensor = tensors_[static_cast<size_t>(numbers_.integer(0, static_cast<int64_t>(tensors_.size()) - 1))];
      std::vector<const Node*> at;
      for (Extent extent : tensor->shape) at.push_back(place_in(extent));
      if (std::find(at.begin(), at.end(), nullptr) == at.end()) return m_.expr(module_.read(tensor, at));
    }
    return constant(0.5);
  }

  /// An index of the domain, a constant or something computed; null where only the samples would fit.
  const Node* place_in(Extent extent) {
    for (const Index* index : over_) {
      if (index->extent == extent && !one_in(4)) return module_.value_of(index);
    }
    return extent.is_samples() ? nullptr : place(extent.size);
  }

  const Node* place(int64_t size) {
    Expr sum = m_.constant(static_cast<double>(numbers_.integer(0, size - 1)), ir::Type::i32);
    for (const Index* index : over_) {
      if (!index->extent.is_samples() && one_in(2)) sum = sum + m_.value_of(index);
    }
    bool may_be_clamped = one_in(2);
    return (may_be_clamped ? sum : ir::apply(Op::mod, {sum, like(sum, static_cast<double>(size))})).node;
  }

  Expr expression(int depth) {
    if (depth == 0) return leaf();
    Expr a = expression(depth - 1);
    auto b = [&] { return expression(depth - 1); };
    switch (numbers_.integer(0, 15)) {
      case 0:
        return a + b();
      case 1:
        return a - b();
      case 2:
        return a * b();
      case 3:
        return a / (1.5 + unit(b()));
      case 4:
        return ir::apply(Op::exp, {unit(a)});
      case 5:
        return ir::apply(Op::sqrt, {1.0 + a * a});
      case 6:
        return ir::apply(Op::log1p, {a * a});
      case 7:
        return ir::apply(Op::power, {1.5 + unit(a), unit(b())});
      case 8:
        return ir::apply(Op::max, {a, b()});
      case 9:
        return ir::apply(Op::abs, {a});
      case 10:
        return ir::apply(Op::erf, {a});
      case 11:
        return select(b() > numbers_.real(-0.5, 0.5), a, b() * b());
      case 12:
        return ir::apply(Op::cospi, {a * 0.3});
      case 13:
        return ir::apply(Op::power, {a, constant(static_cast<double>(numbers_.integer(1, 3)))});
      case 14:
        return -a * ir::apply(Op::stop_gradient, {constant(0.7)});
      default:
        return unit(a) * unit(b());
    }
  }

  test::Numbers numbers_;
  ir::Module module_;
  ir::Builder m_;
  std::vector<const Index*> indices_, over_;
  std::vector<Tensor*> tensors_;
};

class RandomModule : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomModule, reads_back_and_agrees_three_ways) {
  ir::Module module = Generator(GetParam()).make();
  std::string text = ir::print(module);
  EXPECT_EQ(ir::print(test::read_ir(text)), text);
  test::expect_well_formed(module);
  ir::Values values = test::random_values(module, 3, GetParam() + 1000);
  ir::Array before = ir::evaluate(module, values, 3).at("y");
  test::expect_three_ways_agree(module, module.find("y"), values, 3, 1, {1e-9, 1e-5, 1e-5});
  ir::Array after = ir::evaluate(module, values, 3).at("y");
  EXPECT_NEAR(before.elements[0], after.elements[0], 1e-12);
  text = ir::print(module);
  EXPECT_EQ(ir::print(test::read_ir(text)), text);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomModule, testing::Range<uint64_t>(1, 61));

}  // namespace
}  // namespace nnc
