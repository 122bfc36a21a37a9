// What the passes ask of an equation.
#pragma once

#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// The index that the node is the plain value of, or null.
const ir::Index* plain_index(const ir::Node* node);

/// True if the index stands somewhere in the expression.
bool uses(const ir::Node* node, const ir::Index* index);

/// The indices of `over` that stand in no place of the left side.
std::vector<const ir::Index*> reduced_indices(const ir::Equation& equation);

/// The place lies in the dimension at every point of the domain, and this can be seen without knowing the reads in it.
/// What lies outside is clamped, so other places must not be composed with it.
bool stays_inside(const ir::Node* place, ir::Extent dimension);

/// The places are different plain indices: each is written where it says, nowhere twice. `out` may be larger.
bool has_plain_places(const std::vector<const ir::Node*>& at);

/// Each point of the domain writes a place of its own, and this can be seen: places are sums over indices, each index
/// in one of them, with coefficients that cannot meet.
bool writes_each_place_once(const ir::Equation& equation);

/// It writes every place of its tensor, once.
bool writes_all_places_once(const ir::Equation& equation);

/// No place is written by both, and this can be seen: in some dimension their places never meet.
bool write_different_places(const ir::Equation& a, const ir::Equation& b);

/// A sum of a product of two reads at sums of indices, neither of a table, over an index of both, where each has an
/// index of the result to itself: what the schedule gives to a matrix kernel.
bool is_contraction(const ir::Equation& equation);

/// Some index of its domain is ordered. Passes leave recurrences as they are.
bool is_recurrence(const ir::Equation& equation);

}  // namespace nnc::passes
