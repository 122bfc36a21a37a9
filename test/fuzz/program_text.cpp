#include "fuzz/program_text.h"

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <vector>

#include "fuzz/words.h"

namespace nnc::test {
namespace {

using Shape = std::vector<int>;

constexpr int kMostElements = 40;

/// A tensor of a sample, by its name.
struct Value {
  std::string name;
  Shape shape;
};

/// An expression that is not written down yet.
struct Term {
  std::string text;
  Shape shape;
};

int elements(const Shape& shape) {
  int count = 1;
  for (int extent : shape) count *= extent;
  return count;
}

std::string list(const Shape& shape) {
  std::string text;
  for (int extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return text;
}

class Writer {
 public:
  explicit Writer(uint64_t seed) : bits_(seed) {}

  std::string write() {
    has_tables_ = chance(30);
    inputs();
    const int lets = 2 + below(8);
    for (int i = 0; i < lets; ++i) let();
    outputs();
    if (chance(65)) losses();
    return declarations_ + "model Fuzz {\n" + members_ + "}\n";
  }

 private:
  // Drawing.
  int below(int count) { return static_cast<int>(bits_() % static_cast<uint64_t>(count)); }
  bool chance(int percent) { return below(100) < percent; }
  template <class List>
  const auto& one_of(const List& all) {
    return all[static_cast<size_t>(below(static_cast<int>(std::size(all))))];
  }
  std::string number() { return one_of(std::vector<std::string>{"0.5", "2", "-0.7", "0.1", "1.5", "0.25"}); }
  std::string new_name(const char* plain) {
    std::string name = chance(25) ? one_of(kNames) : plain + std::to_string(next_++);
    while (!taken_.insert(name).second) name = plain + std::to_string(next_++);
    return name;
  }
  Shape shape(int most_rank) {
    Shape result;
    for (int d = below(most_rank + 1); d > 0; --d) result.push_back(1 + below(5));
    while (elements(result) > kMostElements) result.pop_back();
    return result;
  }
  /// The newest one often: what is made of it is made of all before.
  const Value& any() { return chance(30) ? values_.back() : one_of(values_); }
  /// A value of this rank, or nothing.
  const Value* of_rank(size_t rank) {
    std::vector<const Value*> all;
    for (const Value& value : values_) {
      if (value.shape.size() == rank) all.push_back(&value);
    }
    if (all.empty()) return nullptr;
    return chance(30) ? all.back() : one_of(all);
  }
  const Value* like(const Shape& shape) {
    std::vector<const Value*> all;
    for (const Value& value : values_) {
      if (value.shape == shape) all.push_back(&value);
    }
    return all.empty() ? nullptr : one_of(all);
  }

  void member(const std::string& text) { members_ += "  " + text + "\n"; }

  void inputs() {
    for (int i = 1 + below(3); i > 0; --i) {
      Value input{new_name("x"), shape(chance(20) ? 4 : 2)};
      member("input " + input.name + ": f32" + (input.shape.empty() ? "" : "[" + list(input.shape) + "]"));
      values_.push_back(input);
    }
    if (!chance(has_tables_ ? 70 : 35)) return;
    static const char* const kTypes[] = {"i32", "u8", "i64"};
    integers_.push_back(new_name("k"));
    member("input " + integers_.back() + ": " + one_of(kTypes));
  }

  void let() {
    using Make = Term (Writer::*)();
    static constexpr Make kMakes[] = {&Writer::flow,      &Writer::flow,     &Writer::flow,      &Writer::formula,
                                      &Writer::combined,  &Writer::combined, &Writer::joined,    &Writer::slice,
                                      &Writer::equation,  &Writer::equation, &Writer::reduced,   &Writer::gathered,
                                      &Writer::looked_up, &Writer::slope,    &Writer::own_layer, &Writer::encoded,
                                      &Writer::blocked,   &Writer::tabled,   &Writer::jacobian};
    static constexpr Make kOfTables[] = {&Writer::looked_up, &Writer::encoded, &Writer::tabled, &Writer::gathered};
    Term term = has_tables_ && chance(40) ? (this->*one_of(kOfTables))() : (this->*one_of(kMakes))();
    if (term.text.empty()) return;
    Value value{new_name("v"), term.shape};
    const bool is_bounded = term.text.find("->") == std::string::npos && chance(35);
    member("let " + value.name + " = " + (is_bounded ? "tanh(" + term.text + ")" : term.text));
    values_.push_back(value);
  }

  std::string activation() { return one_of(kActivations); }

  Term flow() {
    const Value& from = any();
    std::string text = from.name;
    Shape shape = from.shape;
    bool is_flat = false;
    for (int stages = 1 + below(4); stages > 0; --stages) {
      const int width = 1 + below(6), kind = below(10);
      const std::string own = std::to_string(width);
      if (kind < 4 || !is_flat) {
        text += " -> linear(" + own + (chance(30) ? ", bias = false" : "") + ")";
        shape = {width};
        is_flat = true;
      } else if (kind < 7) {
        text += " -> " + activation();
      } else if (kind == 7) {
        text += " -> repeat 2 { linear(" + own + ") -> " + activation() + " }";
        shape = {width};
      } else if (kind == 8) {
        text += " -> repeat 2 as h { h + 0.5 * (h -> linear -> " + activation() + ") }";
      } else if (shape[0] > 1) {
        static const char* const kNorms[] = {"softmax", "layer_norm(epsilon = 0.1)", "rms_norm(epsilon = 0.1)",
                                             "log_softmax"};
        text += std::string(" -> ") + one_of(kNorms);
      }
    }
    return {text, shape};
  }

  std::string filled(std::string formula, const std::string& name) {
    for (size_t at = 0; (at = formula.find('$', at)) != std::string::npos; at += name.size())
      formula.replace(at, 1, name);
    return formula;
  }
  Term formula() {
    const Value& from = any();
    return {filled(one_of(kFormulas), from.name), from.shape};
  }

  Term combined() {
    const Value& a = any();
    const Value* b = chance(70) ? like(a.shape) : of_rank(0);
    if (!b) b = &a;
    static const char* const kPairs[] = {
        "$ + @",          "$ * @", "$ - @", "max($, @)", "min($, @)", "$ / (1 + @^2)", "select($ > @, $, 0.5 * @)",
        "$ * 0.5 + @ * $"};
    std::string text = one_of(kPairs);
    for (size_t at = 0; (at = text.find('@', at)) != std::string::npos; at += b->name.size())
      text.replace(at, 1, b->name);
    return {filled(text, a.name), a.shape};
  }

  Term joined() {
    std::string text;
    int size = 0;
    for (int parts = 2 + below(2); parts > 0; --parts) {
      const Value& part = any();
      if (size + elements(part.shape) > kMostElements) continue;
      text += (text.empty() ? "" : ", ") + part.name;
      size += elements(part.shape);
    }
    if (text.empty()) return {};
    if (chance(30)) text += ", 1", ++size;
    if (chance(20) && !integers_.empty()) text += ", real(" + integers_[0] + " mod 3)", ++size;
    return {"concat(" + text + ")", {size}};
  }

  Term slice() {
    const Value& from = any();
    if (from.shape.empty()) return {};
    Term term{from.name + "[", {}};
    const size_t places = 1 + static_cast<size_t>(below(static_cast<int>(from.shape.size())));
    for (size_t d = 0; d < from.shape.size(); ++d) {
      if (d >= places) {
        term.shape.push_back(from.shape[d]);
        continue;
      }
      const int extent = from.shape[d], first = below(extent), size = 1 + below(extent - first);
      if (d > 0) term.text += ", ";
      if (chance(50)) {
        term.text += std::to_string(first);
      } else {
        term.text += (first == 0 && chance(50) ? "" : std::to_string(first)) + ".." +
                     (first + size == extent && chance(50) ? "" : std::to_string(first + size));
        term.shape.push_back(size);
      }
    }
    return {term.text + "]", term.shape};
  }

  struct Index {
    std::string name;
    int extent;
  };
  /// value[i, j mod 2, k - 1, …]: each place an index that fits, a constant, or a computed one.
  std::string read(const Value& value, const std::vector<Index>& indices) {
    if (value.shape.empty()) return value.name;
    std::string places;
    for (int extent : value.shape) {
      std::vector<std::string> fit = {std::to_string(below(extent))};
      for (const Index& index : indices) {
        if (index.extent <= extent) fit.insert(fit.end(), 4, index.name);
        if (index.extent <= extent) fit.push_back(std::to_string(extent - 1) + " - " + index.name);
        if (index.extent > extent) fit.push_back(index.name + " mod " + std::to_string(extent));
        fit.push_back(index.name + (chance(50) ? " + 1" : " - 1"));  // leaves it, often
      }
      if (!integers_.empty()) fit.push_back(integers_[0]);
      if (const Value* by = of_rank(0); by && chance(10)) fit.push_back("int(3 * " + by->name + ")");
      places += (places.empty() ? "" : ", ") + one_of(fit);
    }
    return value.name + "[" + places + "]";
  }
  std::string body(const std::vector<Index>& indices) {
    static const char* const kBodies[] = {"$",
                                          "$ * @",
                                          "$ + @",
                                          "tanh($) * @",
                                          "$ * @ + 0.5 * $",
                                          "max($, @)",
                                          "select($ > 0, $ * @, @)",
                                          "0.3 * $ - @ * @"};
    std::string text = one_of(kBodies);
    const std::string a = read(any(), indices), b = read(any(), indices);
    std::string result;
    for (char c : text) result += c == '$' ? a : c == '@' ? b : std::string(1, c);
    return result;
  }
  std::vector<Index> indices(int most, const char* first) {
    std::vector<Index> all;
    for (int i = 0; i < most; ++i) all.push_back({std::string(1, static_cast<char>(first[0] + i)), 1 + below(5)});
    return all;
  }
  static std::string binders(const std::vector<Index>& indices) {
    std::string text;
    for (const Index& index : indices) {
      text += (text.empty() ? "" : ", ") + index.name + "9: " + std::to_string(index.extent);
    }
    return text;
  }
  /// Indices are called i9, j9, … so that no value has their name.
  static std::vector<Index> called(std::vector<Index> all) {
    for (Index& index : all) index.name += "9";
    return all;
  }

  /// let v[i: 3, j: 2] = …, written here, since it is no expression.
  Term equation() {
    std::vector<Index> over = indices(1 + below(3), "i");
    Value value{new_name("v"), {}};
    for (const Index& index : over) value.shape.push_back(index.extent);
    if (elements(value.shape) > kMostElements) return {};
    std::vector<Index> inside = called(over);
    std::string text = body(inside);
    if (chance(40)) {
      const std::vector<Index> reduced = indices(1, "p");
      std::vector<Index> all = inside;
      all.push_back({"p9", reduced[0].extent});
      text = "0.5 * " + std::string(one_of(kReducers)) + "[" + binders(reduced) + "](" + body(all) + ")";
    }
    member("let " + value.name + "[" + binders(over) + "] = " + text);
    values_.push_back(value);
    return {};
  }
  static constexpr const char* kReducers[] = {"sum", "sum", "max", "min", "prod"};

  Term reduced() {
    if (chance(30)) {
      const Value& from = any();
      static const char* const kWhole[] = {"sum($)", "mean($)",   "max($)",   "norm($)",
                                           "min($)", "mean($^2)", "dot($, $)"};
      return {filled(one_of(kWhole), from.name), {}};
    }
    const std::vector<Index> over = indices(1 + below(2), "i");
    return {std::string("0.4 * ") + one_of(kReducers) + "[" + binders(over) + "](" + body(called(over)) + ")", {}};
  }

  Term gathered() {
    const Value* from = of_rank(1);
    if (!from) return {};
    const Value* by = of_rank(0);
    if (!integers_.empty() && chance(50)) return {from->name + "[" + integers_[0] + "]", {}};
    if (!by) return {};
    return {from->name + "[int(4 * " + by->name + ")]", {}};
  }

  Term looked_up() {
    if (integers_.empty()) return {};
    const int features = 1 + below(5);
    return {integers_[0] + " -> embedding(" + std::to_string(2 + below(9)) + ", " + std::to_string(features) + ")",
            {features}};
  }

  /// grad of a number by a value in it; of gradients too, as they are values.
  Term slope() {
    if (grads_ >= 2) return {};
    const Value by = any();
    if (elements(by.shape) > 8) return {};
    ++grads_;
    const std::string of = new_name("s");
    static const char* const kNumbers[] = {"sum(tanh($))",
                                           "mean($^3)",
                                           "sum(sin($) * $)",
                                           "norm($) + sum($)",
                                           "sum($ -> linear(3) -> tanh)",
                                           "mean($ -> linear(4) -> softplus -> linear(2) -> tanh)"};
    member("let " + of + " = " + filled(one_of(kNumbers), by.name));
    values_.push_back({of, {}});
    if (by.shape.empty() || chance(70)) return {"grad(" + of + ", " + by.name + ")", by.shape};
    const Shape part(by.shape.begin() + 1, by.shape.end());
    return {"grad(" + of + ", " + by.name + "[" + std::to_string(below(by.shape[0])) + "])", part};
  }

  /// A derivative for each element of something small, by each element of what it is made of.
  Term jacobian() {
    const Value* from = of_rank(1);
    if (grads_ >= 2 || !from || from->shape[0] > 4) return {};
    ++grads_;
    const Value by = *from;
    const Value of{new_name("s"), {1 + below(3)}};
    member("let " + of.name + " = " + by.name + " -> linear(" + list(of.shape) + ") -> tanh");
    values_.push_back(of);
    const Value rows{new_name("v"), {of.shape[0], by.shape[0]}};
    static const char* const kRows[] = {"grad($[i9], @[j9])", "grad($[i9], @)[j9]", "grad($[i9]^2 * @[0], @[j9])",
                                        "sum[p9: #](grad($[p9], @[j9]) * $[i9])"};
    std::string text;
    for (char c : std::string(one_of(kRows))) {
      text += c == '$' ? of.name : c == '@' ? by.name : c == '#' ? list(of.shape) : std::string(1, c);
    }
    member("let " + rows.name + "[i9: " + list(of.shape) + ", j9: " + list(by.shape) + "] = " + text);
    values_.push_back(rows);
    return {};
  }

  Term own_layer() {
    const Value* from = of_rank(1);
    if (!from) return {};
    const int n = from->shape[0], kind = below(6);
    const std::string layer = "own" + std::to_string(next_++);
    switch (kind) {
      case 0:
        declarations_ += "layer " + layer + "(x: [n], gain = 0.5) -> y: [n] {\n  param scale: [n] = uniform(0, 1)\n" +
                         "  let s = scale * gain\n  y[i] = s[i] * x[i] + tanh(x[" + std::to_string(n) +
                         " - 1 - i])\n}\n";
        return {from->name + " -> " + layer, {n}};
      case 1:
        declarations_ += "layer " + layer + "(x: [n], m: int = n + 1) -> y: [m] {\n  y = (x -> linear(m) -> " +
                         activation() + ") + (x -> linear(m, bias = false))\n}\n";
        return {from->name + " -> " + layer, {n + 1}};
      case 2:
        declarations_ +=
            "layer " + layer + "(x: [n]) -> a: [n], b: [] {\n  a = x -> linear -> tanh\n  b = sum(a * x)\n}\n";
        {
          const std::string a = new_name("a"), b = new_name("b");
          member("let " + a + ", " + b + " = " + layer + "(" + from->name + ")");
          values_.push_back({a, {n}});
          values_.push_back({b, {}});
        }
        return {};
      case 3:
        declarations_ += "layer " + layer + "(x: [n]) -> y: [n, 2] {\n  param q: [n, n] = xavier_uniform\n" +
                         "  let p[i: n, j: n] = x[i] * q[i, j] * x[j]\n  y[i, 0] = sum[j: n](p[i, j])\n  y[i, 1] = "
                         "max[j: n](p[j, i])\n}\n";
        return {from->name + " -> " + layer, {n, 2}};
      case 4:
        declarations_ += "activation " + layer + "(x, slope = 0.2) = select(x >= 0.1, x, slope * x) * 0.5\n";
        return {from->name + " -> " + layer + "(slope = 0.3)", {n}};
      default:
        declarations_ += "layer " + layer + "_in(x: [n]) -> y: [n] {\n  param c: [n] = 0.5\n  y[i] = x[i] * c[i]\n}\n" +
                         "layer " + layer + "(x: [n]) -> y: [n] {\n  block one = " + layer +
                         "_in -> linear(n)\n  y = x -> " + layer + "_in -> tanh -> " + layer + "_in\n}\n";
        declarations_.replace(declarations_.rfind("  block one"),
                              declarations_.rfind("  y = x") - declarations_.rfind("  block one"), "");
        return {from->name + " -> " + layer, {n}};
    }
  }

  Term encoded() {
    const Value* from = of_rank(1);
    if (!from || from->shape[0] > 7) return {};
    const int n = from->shape[0];
    switch (n > 4 ? 5 + below(4) : below(9)) {  // what is wider is for grids alone
      case 0:
        return {from->name + " -> sin_encode(2, shift = 0.1)", {n, 2, 2}};
      case 1:
        return {from->name + " -> frequency(2)", {n, 2, 2}};
      case 2:
        return {from->name + " -> triangle_wave(3)", {n, 3}};
      case 3:
        return {from->name + " -> one_blob(3)", {n, 3}};
      case 4:
        if (n == 3) return {from->name + " -> spherical_harmonics(3)", {9}};
        return {};
      case 5:
        return {from->name + " -> dense_grid(levels = 2, features = 1, base = 2, growth = 1.5)", {2, 1}};
      case 6:
        return {from->name + " -> tiled_grid(levels = 2, features = 2, base = 2)", {2, 2}};
      case 7:
        return {from->name + " -> permutohedral_grid(levels = 2, features = 3, log2_size = 4, base = 3)", {2, 3}};
      default:
        return {from->name + " -> hash_grid(levels = 2, features = 2, log2_size = 4, base = 2" +
                    (chance(40) ? ", interpolation = smoothstep" : "") + ")",
                {2, 2}};
    }
  }

  /// A block, used twice.
  Term blocked() {
    const Value* a = of_rank(1);
    if (!a) return {};
    const Value* b = like(a->shape);
    const std::string block = new_name("shared");
    const int width = 1 + below(5);
    member("block " + block + " = linear(4) -> " + activation() + " -> linear(" + std::to_string(width) + ")");
    return {"(" + a->name + " -> " + block + ") - 0.5 * (" + b->name + " -> " + block + ")", {width}};
  }

  /// A table that the compiler works out.
  Term tabled() {
    const Value* from = of_rank(1);
    if (!from) return {};
    const std::string table = new_name("c");
    member("let " + table + "[q9: " + std::to_string(from->shape[0]) + "] = 0.25 * q9^2 - q9 mod 2");
    return {from->name + " * " + table, from->shape};
  }

  void outputs() {
    std::set<std::string> chosen;
    for (int i = 1 + below(3); i > 0; --i) {
      const Value& value = i == 1 ? values_.back() : any();
      if (!chosen.insert(value.name).second) continue;
      Value output{new_name("y"), value.shape};
      member("output " + output.name + " = " + value.name + (chance(20) ? " * " + number() : ""));
      outputs_.push_back(output);
    }
  }

  void losses() {
    std::string text;
    for (const Value& output : outputs_) {
      static const char* const kLosses[] = {
          "l2($)",          "l1($)",     "huber($, delta = 0.5)",   "charbonnier($)", "log_cosh($)",
          "relative_l2($)", "mean($^2)", "binary_cross_entropy($)", "sum(tanh($))"};
      std::string term = filled(one_of(kLosses), output.name);
      if (output.shape.size() == 1 && output.shape[0] > 1 && chance(20))
        term = "softmax_cross_entropy(" + output.name + ")";
      if (output.shape.size() == 1 && output.shape[0] > 1 && chance(20))
        term = "sparse_softmax_cross_entropy(" + output.name + ")";
      if (const Value* mask = of_rank(0); mask && chance(30)) term = mask->name + " * " + term;
      text += (text.empty() ? "" : " + ") + (chance(40) ? "0.5 * " : std::string()) + term;
    }
    if (chance(25)) text += " + 0.1 * mean(" + any().name + "^2)";
    member("loss " + text);
    static const char* const kOptimizers[] = {"sgd(rate = 0.1)", "sgd(rate = 0.1, momentum = 0.5, nesterov = true)",
                                              "adam(rate = 0.01, epsilon = 0.01)",
                                              "rmsprop(rate = 0.01, epsilon = 0.1)"};
    if (chance(50)) member(std::string("optimizer ") + one_of(kOptimizers));
  }

  std::mt19937_64 bits_;
  std::string declarations_, members_;
  std::vector<Value> values_, outputs_;
  std::vector<std::string> integers_;
  std::set<std::string> taken_;
  int next_ = 0;
  int grads_ = 0;
  bool has_tables_ = false;  // many values come from tables, at places that samples select
};

}  // namespace

std::string program_text(uint64_t seed) { return Writer(seed).write(); }

}  // namespace nnc::test
