// Reverse mode: the equations of gradients, appended to a module.
#pragma once

#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::autodiff {

/// A value and its adjoint, which is of the same shape and known before any of this is computed: an input such as
/// ∂L/∂y, a parameter, a value such as ones.
struct Seed {
  ir::Tensor* of;
  ir::Tensor* adjoint;
};

/// The adjoint of each tensor that was asked for.
using Gradient = std::unordered_map<const ir::Tensor*, ir::Tensor*>;

/// Appends  out[L] += f(T[R])   ⇒   d_T[R] += d_out[L] · ∂f/∂T[R]   over the same domain, for all that lies between the
/// seeds and the tensors asked for, from the last equation to the first. An adjoint is called d_<name>. Equations in
/// between may be rewritten (prepare.h); their values stay. A tensor that no seed depends on has an adjoint of zeros.
/// The appended equations are ordinary ones: a further call differentiates them too.
Gradient gradients(ir::Module& module, const std::vector<Seed>& seeds, const std::vector<ir::Tensor*>& with_respect_to);

/// A value with the shape of `like` that is `number` everywhere, such as the ones that seed grad(d, p).
ir::Tensor* filled(ir::Module& module, const ir::Tensor& like, std::string name, double number);

}  // namespace nnc::autodiff
