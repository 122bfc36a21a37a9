// Words that the bodies of generated functions are written with.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/emit/spelling.h"
#include "compiler/kernel/affine.h"
#include "compiler/kernel/program.h"

namespace nnc::emit {

constexpr int kOutside = 0;  // level of what no sample and no loop changes
constexpr int kLane = 1;     // level of what changes with the samples alone

/// `2 * l + 3`
std::string affine_text(const kernel::Affine& sum, const std::map<const ir::Index*, std::string>& names);

Text literal(const kernel::Program& program, double number, ir::Type type);

/// True for `relu_0`: using it again costs nothing.
bool is_name(const Text& value);

/// What a reduction of no points gives.
std::string start_of(const kernel::Program& program, ir::Combine combine, ir::Type type);

/// True if which element is meant depends on the sample.
bool is_computed(const std::vector<const ir::Node*>& at);

/// "slot" of `hash_grid_0.slot`.
std::string last_word(const std::string& name);

std::vector<const ir::Node*> without_last(std::vector<const ir::Node*> at);

}  // namespace nnc::emit
