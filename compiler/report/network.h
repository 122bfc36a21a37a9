// A model as a graph: what flows from its inputs through layers and expressions to its outputs and its loss.
#pragma once

#include <string>
#include <vector>

#include "compiler/sema/program.h"

namespace nnc::report {

/// One value or one use of a layer.
struct NetworkNode {
  enum class Kind : uint8_t { input, target, layer, expression, output, loss };
  Kind kind;
  std::string title;                // `linear(64)`, `position`, `gated`
  std::string text;                 // of an expression: as the model says it
  std::vector<std::string> values;  // that others read of it
  std::vector<std::string> shapes;  // of each
  std::string place;
  std::vector<std::string> params;
  int64_t param_count = 0;
  int block = -1;           // the use of a block that it stands in
  bool is_of_loss = false;  // only the loss needs it
  std::vector<int> steps;   // of inference, which compute it; of what only the loss needs, of the training step

  bool is_end() const { return kind == Kind::input || kind == Kind::target || kind == Kind::output; }
};

/// From a node to one that reads its value.
struct NetworkEdge {
  int from;
  int to;
  std::string value;
  std::string shape;
  bool is_for_loss;
};

/// A use of a block; those of one name share their parameters.
struct NetworkBlock {
  std::string name;
  int around = -1;  // the use that it stands in
  int uses = 1;     // how many the model has of this block
};

struct Network {
  std::vector<NetworkNode> nodes;
  std::vector<NetworkEdge> edges;
  std::vector<NetworkBlock> blocks;
};

/// A step's number, and the values that it computes.
struct StepValues {
  int number;
  std::vector<const sema::Tensor*> values;
};

/// The steps are those of inference and of the training step; none for a model without a loss.
Network network_of(const sema::Program& program, const std::vector<StepValues>& infer,
                   const std::vector<StepValues>& step);

}  // namespace nnc::report
