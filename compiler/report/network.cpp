#include "compiler/report/network.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "compiler/report/numbers.h"
#include "compiler/report/words.h"

namespace nnc::report {

using sema::Tensor;
using Kind = NetworkNode::Kind;

namespace {

std::vector<const Tensor*> reads_of(const sema::Step& step) {
  if (auto* gradient = std::get_if<sema::Gradient>(&step)) return {gradient->of, gradient->by};
  std::vector<const Tensor*> found;
  std::vector<const sema::Expr*> open;
  std::unordered_set<const sema::Expr*> seen;
  for (const sema::Piece& piece : std::get<sema::Definition>(step).pieces) {
    open.push_back(piece.body);
    open.insert(open.end(), piece.at.begin(), piece.at.end());
  }
  for (size_t k = 0; k < open.size(); ++k) {
    const sema::Expr* expr = open[k];
    if (!seen.insert(expr).second) continue;
    const bool is_new = expr->tensor && std::find(found.begin(), found.end(), expr->tensor) == found.end();
    if (is_new) found.push_back(expr->tensor);
    open.insert(open.end(), expr->args.begin(), expr->args.end());
  }
  return found;
}

const Tensor* written(const sema::Step& step) {
  return std::visit([](const auto& each) { return each.tensor; }, step);
}

/// What the step only gives another name to, as it is; or null.
const Tensor* copied(const sema::Step& step) {
  auto* definition = std::get_if<sema::Definition>(&step);
  if (!definition || definition->pieces.size() != 1) return nullptr;
  const sema::Piece& piece = definition->pieces[0];
  const sema::Expr& body = *piece.body;
  if (body.kind != sema::Expr::Kind::read || body.tensor->shape != definition->tensor->shape) return nullptr;
  for (size_t d = 0; d < body.args.size(); ++d) {
    const bool is_same =
        body.args[d]->kind == sema::Expr::Kind::index && d < piece.over.size() && body.args[d]->index == piece.over[d];
    if (!is_same) return nullptr;
  }
  return body.tensor;
}

bool is_rearranged(const sema::Step& step) {
  auto* definition = std::get_if<sema::Definition>(&step);
  return definition && std::all_of(definition->pieces.begin(), definition->pieces.end(), [](const sema::Piece& piece) {
           return piece.body->kind == sema::Expr::Kind::read && piece.body->tensor->role != sema::Role::param;
         });
}

class NetworkReader {
 public:
  explicit NetworkReader(const sema::Program& program) : program_(program), words_(program) {}

  Network run(const std::vector<StepValues>& infer, const std::vector<StepValues>& step) {
    const std::set<const Tensor*> shown = needed(outputs()), trained = needed({program_.loss});
    for (const Tensor* input : program_.inputs) declare(input, Kind::input);
    for (const Tensor* target : program_.targets) declare(target, Kind::target);
    for (const sema::Step& each : program_.steps) {
      const Tensor* tensor = written(each);
      if (!shown.contains(tensor) && !trained.contains(tensor)) continue;
      const Tensor* source = tensor == program_.loss || Words::use(*tensor) ? nullptr : copied(each);
      if (source && node_of_.contains(source)) {
        node_of_[tensor] = node_of_.at(source);
        same_as_[tensor] = same(source);
        continue;
      }
      const int number = node_for(tensor);
      if (is_rearranged(each)) arguments_.insert(tensor);
      node(number).is_of_loss = !shown.contains(tensor);
      for (const Tensor* read : reads_of(each)) flow(read, number, !shown.contains(tensor));
    }
    for (const sema::Output& output : program_.outputs) {
      NetworkNode& made = add(Kind::output, output.name, file_and_line(output.tensor->span));
      made.values.push_back(output.name);
      made.shapes.push_back(shape(output.tensor->shape));
      flow(output.tensor, last(), false);
    }
    count_steps(infer, false);
    count_steps(step, true);
    return std::move(network_);
  }

 private:
  std::vector<const Tensor*> outputs() const {
    std::vector<const Tensor*> all;
    for (const sema::Output& output : program_.outputs) all.push_back(output.tensor);
    return all;
  }

  std::set<const Tensor*> needed(const std::vector<const Tensor*>& results) const {
    std::set<const Tensor*> wanted(results.begin(), results.end());
    for (auto step = program_.steps.rbegin(); step != program_.steps.rend(); ++step) {
      if (!wanted.contains(written(*step))) continue;
      for (const Tensor* read : reads_of(*step)) wanted.insert(read);
    }
    return wanted;
  }

  int last() const { return static_cast<int>(network_.nodes.size()) - 1; }
  NetworkNode& node(int number) { return network_.nodes[static_cast<size_t>(number)]; }

  NetworkNode& add(Kind kind, const std::string& title, const std::string& place) {
    NetworkNode& made = network_.nodes.emplace_back();
    made.kind = kind;
    made.title = title;
    made.place = place;
    return made;
  }

  void declare(const Tensor* tensor, Kind kind) {
    NetworkNode& made = add(kind, tensor->name, file_and_line(tensor->span));
    made.values.push_back(tensor->name);
    made.shapes.push_back(shape(tensor->shape));
    node_of_[tensor] = last();
  }

  /// That of the layer's use which makes the tensor, or one of its own.
  int node_for(const Tensor* tensor) {
    const sema::Call* use = Words::use(*tensor);
    if (tensor == program_.loss) {
      NetworkNode& made = add(Kind::loss, "loss", words_.loss_place());
      made.text = words_.text(*tensor);
      return node_of_[tensor] = last();
    }
    if (!use) {
      NetworkNode& made = add(Kind::expression, tensor->name, file_and_line(tensor->span));
      made.text = words_.text(*tensor);
      made.block = block_of(tensor->call);
      return node_of_[tensor] = last();
    }
    auto [known, is_new] = node_of_use_.try_emplace(use, 0);
    if (is_new) {
      NetworkNode& made = add(Kind::layer, words_.text(*tensor), file_and_line(use->span));
      made.block = block_of(use->around);
      known->second = last();
    }
    return node_of_[tensor] = known->second;
  }

  /// The innermost block around; -1 in the model's own text.
  int block_of(const sema::Call* call) {
    if (!call) return -1;
    auto [known, is_new] = block_of_use_.try_emplace(call, 0);
    if (!is_new) return known->second;
    const int around = block_of(call->around);
    NetworkBlock block{call->name, around};
    for (NetworkBlock& other : network_.blocks) {
      if (other.name == block.name) block.uses = ++other.uses;
    }
    for (NetworkBlock& other : network_.blocks) {
      if (other.name == block.name) other.uses = block.uses;
    }
    network_.blocks.push_back(std::move(block));
    return known->second = static_cast<int>(network_.blocks.size()) - 1;
  }

  const Tensor* same(const Tensor* tensor) const {
    auto found = same_as_.find(tensor);
    return found == same_as_.end() ? tensor : found->second;
  }

  void flow(const Tensor* from, int to, bool is_for_loss) {
    from = same(from);
    if (from->role == sema::Role::param) return take_param(from, node(to));
    auto source = node_of_.find(from);
    if (source == node_of_.end() || source->second == to) return;  // a constant, a value of its own
    const bool is_known = std::any_of(network_.edges.begin(), network_.edges.end(), [&](const NetworkEdge& edge) {
      return edge.from == source->second && edge.to == to && edge.value == from->name;
    });
    if (is_known) return;
    network_.edges.push_back({source->second, to, from->name, shape(from->shape), is_for_loss});
    NetworkNode& maker = node(source->second);
    if (std::find(maker.values.begin(), maker.values.end(), from->name) != maker.values.end()) return;
    maker.values.push_back(from->name);
    maker.shapes.push_back(shape(from->shape));
  }

  static void take_param(const Tensor* param, NetworkNode& node) {
    if (std::find(node.params.begin(), node.params.end(), param->name) != node.params.end()) return;
    node.params.push_back(param->name);
    int64_t count = 1;
    for (int64_t extent : param->shape) count *= extent;
    node.param_count += count;
  }

  /// What only the loss needs has no step of inference.
  void count_steps(const std::vector<StepValues>& steps, bool is_training) {
    for (const StepValues& step : steps) {
      for (const Tensor* value : step.values) {
        auto found = node_of_.find(value);
        if (found == node_of_.end() || node(found->second).is_of_loss != is_training) continue;
        if (node(found->second).kind == Kind::layer && arguments_.contains(value)) continue;
        std::vector<int>& numbers = node(found->second).steps;
        if (std::find(numbers.begin(), numbers.end(), step.number) == numbers.end()) numbers.push_back(step.number);
      }
    }
  }

  const sema::Program& program_;
  const Words words_;
  Network network_;
  std::map<const Tensor*, int> node_of_;
  std::map<const Tensor*, const Tensor*> same_as_;  // of what is only another name
  std::set<const Tensor*> arguments_;  // only other places for what is there already: what a layer takes, flattened
  std::map<const sema::Call*, int> node_of_use_;
  std::map<const sema::Call*, int> block_of_use_;
};

}  // namespace

Network network_of(const sema::Program& program, const std::vector<StepValues>& infer,
                   const std::vector<StepValues>& step) {
  return NetworkReader(program).run(infer, step);
}

}  // namespace nnc::report
