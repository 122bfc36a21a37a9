// One function a rule; the walk over the equations calls them all.
#include "compiler/ir/verify.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "compiler/ir/print.h"
#include "compiler/ir/walk.h"

namespace nnc::ir {
namespace {

class Verifier {
 public:
  explicit Verifier(const Module& module) : module_(module) {}

  std::vector<std::string> run() {
    for (const Tensor* tensor : module_.tensors()) check_tensor(*tensor);
    for (const Equation& equation : module_.equations) {
      equation_ = &equation;
      check_domain();
      check_nodes();
      check_written();
    }
    equation_ = nullptr;
    check_order();
    check_results();
    return std::move(complaints_);
  }

 private:
  void complain(std::string text) {
    complaints_.push_back(equation_ ? text + ": " + print(*equation_) : std::move(text));
  }

  void check_tensor(const Tensor& tensor) {
    int64_t size = 1;
    for (size_t d = 0; d < tensor.rank(); ++d) {
      if (tensor.shape[d].is_samples() && d > 0) complain("`N` is not the first dimension of `" + tensor.name + "`");
      size *= tensor.shape[d].size;
    }
    bool is_whole = static_cast<size_t>(size) == tensor.data.size();
    if (tensor.role == Role::constant && (tensor.has_samples() || !is_whole)) {
      complain("`" + tensor.name + "` does not hold as many numbers as its shape says");
    }
  }

  void check_domain() {
    std::set<std::string> names;
    for (const Index* index : equation_->over) {
      if (!names.insert(index->name).second) complain("two indices are called `" + index->name + "`");
    }
  }

  void check_nodes() {
    const Equation& equation = *equation_;
    std::unordered_set<const Index*> in_places;
    auto check = [&](const Node* node) {
      if (node->kind == Node::Kind::index) {
        bool is_bound = std::find(equation.over.begin(), equation.over.end(), node->index) != equation.over.end();
        if (!is_bound) complain("`" + node->index->name + "` is not in the domain");
      } else if (node->kind == Node::Kind::read) {
        check_places(*node->tensor, node->args);
      }
    };
    for (const Node* place : equation.at) {
      visit(place, check);
      visit(place, [&](const Node* node) { in_places.insert(node->index); });
    }
    visit(equation.body, check);
    check_places(*equation.out, equation.at);
    if (equation.combine != Combine::set) return;
    for (const Index* index : equation.over) {
      if (!in_places.contains(index)) complain("`" + index->name + "` is in the domain of a set and not in its places");
    }
  }

  void check_places(const Tensor& tensor, const std::vector<const Node*>& at) {
    if (at.size() != tensor.rank())
      return complain("`" + tensor.name + "` is not of rank " + std::to_string(at.size()));
    for (size_t d = 0; d < at.size(); ++d) {
      Extent size = tensor.shape[d];
      std::string what = "place " + std::to_string(d) + " is outside `" + tensor.name + "`";
      if (at[d]->type != Type::i32) complain("a place of `" + tensor.name + "` is not an i32");
      if (at[d]->kind == Node::Kind::index) {
        Extent extent = at[d]->index->extent;
        bool is_inside = size.is_samples() == extent.is_samples() && (size.is_samples() || extent.size <= size.size);
        if (!is_inside) complain(what);
      } else if (at[d]->kind == Node::Kind::constant && !size.is_samples()) {
        if (at[d]->number < 0 || at[d]->number >= static_cast<double>(size.size)) complain(what);
      }
    }
  }

  void check_written() {
    const Tensor& out = *equation_->out;
    if (out.role != Role::value) complain("`" + out.name + "` is not a value");
    if (equation_->body->type != out.type) complain("the body is not of the type of `" + out.name + "`");
    if (out.type == Type::boolean && equation_->combine != Combine::set) complain("booleans cannot be combined");
    bool is_alone = equation_->combine == Combine::prod || equation_->combine == Combine::max;
    auto [first, is_first] = combines_.emplace(&out, equation_->combine);
    if (!is_first && first->second != equation_->combine) complain("`" + out.name + "` has contributions of two kinds");
    auto is_computed = [](const Node* place) {
      return place->kind != Node::Kind::index && place->kind != Node::Kind::constant;
    };
    bool is_scattered = std::any_of(equation_->at.begin(), equation_->at.end(), is_computed);
    if (is_alone && is_scattered) complain("a prod or a max is written at a computed place");
    if (!is_first && is_alone) complain("`" + out.name + "` is a prod or a max of two equations");
  }

  void check_order() {
    const std::vector<Equation>& equations = module_.equations;
    std::unordered_map<const Tensor*, size_t> last_write;
    for (size_t i = 0; i < equations.size(); ++i) last_write[equations[i].out] = i;
    for (size_t begin = 0, end = 0; begin < equations.size(); begin = end) {
      end = group_end(equations, begin);
      bool is_recurrence = ordered_index(equations[begin]) != nullptr;
      for (size_t i = begin; i < end; ++i) {
        equation_ = &equations[i];
        for (const Node* node : reads(equations[i])) check_read(*node->tensor, last_write, is_recurrence ? end : begin);
      }
    }
    equation_ = nullptr;
  }

  void check_read(const Tensor& tensor, const std::unordered_map<const Tensor*, size_t>& last_write, size_t limit) {
    auto write = last_write.find(&tensor);
    if (write == last_write.end()) {
      if (tensor.role == Role::value) complain("`" + tensor.name + "` is never written");
    } else if (write->second >= limit) {
      complain("`" + tensor.name + "` is read before its last contribution");
    }
  }

  void check_results() {
    const std::vector<Tensor*> all = module_.tensors();
    const std::unordered_set<const Tensor*> live(all.begin(), all.end());
    auto check_is_written = [&](const Tensor* tensor) {
      if (!live.contains(tensor)) complain("`" + tensor->name + "` is never written");
    };
    for (const Tensor* output : module_.outputs) check_is_written(output);
    for (const Update& update : module_.updates) {
      check_is_written(update.value);
      bool is_stored = update.target->role == Role::param || update.target->role == Role::state;
      if (!is_stored) complain("`" + update.target->name + "` is updated and neither a param nor a state");
      if (update.target->shape != update.value->shape || update.target->type != update.value->type) {
        complain("`" + update.target->name + "` is updated by a value of another shape or type");
      }
    }
  }

  const Module& module_;
  const Equation* equation_ = nullptr;
  std::unordered_map<const Tensor*, Combine> combines_;
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> verify(const Module& module) { return Verifier(module).run(); }

}  // namespace nnc::ir
