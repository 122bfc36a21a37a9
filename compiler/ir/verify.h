// What must be true of every module, checked before and after each pass.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// What is wrong, a sentence each with the equation it is about; empty for a well-formed module. Asked of it:
/// - as many places as the rank, each an i32; plain indices and constants within their dimension; `N` stands first
/// - an equation's body has the type of its tensor; prod and max are of numbers
/// - every index stands in the domain, whose names differ; a set has its whole domain in its places
/// - only values are written, all contributions by one combine, prod and max in one equation and at plain places
/// - every contribution stands before the first read; around an ordered index, a recurrence may read what it writes
/// - values that are read, put out or stored are written; constants hold as many numbers as their shape says
/// - an update's target is a param or state, of its value's shape and type
std::vector<std::string> verify(const Module& module);

}  // namespace nnc::ir
