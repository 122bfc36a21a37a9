#include "compiler/rewrite/constant.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/ir/walk.h"

namespace nnc::rewrite {

using ir::Node;

namespace {

class Point {
 public:
  explicit Point(const std::map<const ir::Index*, int64_t>& point) : point_(point) {}

  double value(const Node* node) {
    if (auto known = known_.find(node); known != known_.end()) return known->second;
    double result = compute(node);
    known_.emplace(node, result);
    return result;
  }

 private:
  double compute(const Node* node) {
    if (node->kind == Node::Kind::index) return static_cast<double>(point_.at(node->index));
    if (node->kind == Node::Kind::read) return element(node);
    if (node->kind != Node::Kind::apply) return node->number;
    std::vector<ir::Type> types;
    std::vector<double> operands;
    for (const Node* arg : node->args) {
      types.push_back(arg->type);
      operands.push_back(value(arg));
    }
    return scalar::function(node->op).meaning(types, operands);
  }

  double element(const Node* read) {
    const ir::Tensor& tensor = *read->tensor;
    size_t place = 0;
    for (size_t d = 0; d < tensor.rank(); ++d) {
      int64_t at = std::clamp<int64_t>(static_cast<int64_t>(value(read->args[d])), 0, tensor.shape[d].size - 1);
      place = place * static_cast<size_t>(tensor.shape[d].size) + static_cast<size_t>(at);
    }
    return tensor.data[place];
  }

  const std::map<const ir::Index*, int64_t>& point_;
  std::unordered_map<const Node*, double> known_;
};

}  // namespace

bool is_known(const Node* node) {
  bool known = true;
  ir::visit(node, [&](const Node* part) {
    if (part->kind == Node::Kind::samples) known = false;
    if (part->kind == Node::Kind::index && part->index->extent.is_samples()) known = false;
    if (part->kind == Node::Kind::read && part->tensor->role != ir::Role::constant) known = false;
  });
  return known;
}

double value_at(const Node* node, const std::map<const ir::Index*, int64_t>& point) { return Point(point).value(node); }

}  // namespace nnc::rewrite
