// Writes small loops out.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Puts numbers in place of an index of few values
/// - whose bits are asked for, `bit(c, i)`: up to 16;
/// - whose value decides a choice or is computed with to find a place: up to 4;
/// - whose value matters otherwise: up to 4, unless tables are read along it (levels);
/// - that counts the numbers of a gathered row, `table[slot[b, l], f]`: up to 8;
/// - that runs over a dimension of up to 4 places which other equations touch at numbers;
/// - that has one value.
/// One index is written out wherever it goes: in every equation that touches the same dimension of the same value. An
/// index of a matrix product is not. A reduction over it becomes a chain in one body; otherwise there is one equation a
/// value.
/// Needs: split. Gives: no `bit` of an index; neighbouring reads of a row stand side by side.
void unroll(ir::Module& module);

}  // namespace nnc::passes
