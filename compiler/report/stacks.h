// Which nodes of a network are drawn as one box: layers that one step computes, one behind the other.
#pragma once

#include <vector>

#include "compiler/report/network.h"

namespace nnc::report {

/// Every node stands in one stack; a stack's nodes are a chain.
std::vector<std::vector<int>> stacks_of(const Network& network);

}  // namespace nnc::report
