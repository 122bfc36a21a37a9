// The kernels: a block takes tiles through a schedule, a grid adds up what its blocks have summed.
#include "compiler/emit/cuda/parts.h"
#include "compiler/emit/cuda/rows.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"

namespace nnc::emit::cuda {

std::string infer_kernel(const Parts& parts) {
  std::string stores;
  for (const auto& o : parts.program().outputs)
    stores += store_rows(parts.model.infer, parts.infer, o.name, "out." + identifier(o.name), count(o.tensor->shape));
  std::string text = fill(R"text(

__global__ void __launch_bounds__(T) infer_kernel(const float* w, const $real$* uniform, [[maybe_unused]] Inputs in, Outputs out, std::size_t count_all, infer_detail::InferTile<T>* tiles) {
  infer_detail::InferTile<T>& t = tiles[blockIdx.x];
  const int lane = static_cast<int>(threadIdx.x);
  for (std::size_t first = std::size_t{blockIdx.x} * T; first < count_all; first += std::size_t{gridDim.x} * T) {
    [[maybe_unused]] const int count = nn::cuda::samples_of_tile<T>(count_all, first);
    $loads$
    infer_detail::infer_tile<T>(w, uniform, t, lane);
    $stores$
  }
}
)text",
                          {{"real", real_type(parts.model.infer)},
                           {"loads", load_inputs(parts.program(), parts.model.infer, parts.infer)},
                           {"stores", stores}});
  if (!parts.model.infer.before.groups.empty()) {
    text += fill(R"text(
__global__ void infer_before_kernel(const float* w, $real$* uniform) { infer_detail::infer_before(w, nullptr, uniform, 1.0f); }
)text",
                 {{"real", real_type(parts.model.infer)}});
  }
  if (parts.model.derivative && !parts.model.derivative->before.groups.empty()) {
    text += fill(R"text(
__global__ void differentiate_before_kernel(const float* w, $real$* uniform) { differentiate_detail::differentiate_before(w, nullptr, uniform, 1.0f); }
)text",
                 {{"real", real_type(parts.model.infer)}});
  }
  return text;
}

std::string pass_kernels(const Parts& parts, Pass& pass) {
  std::string structs = pass.lane.tile_struct(), block_fields = pass.type + "Tile t;\n", clears;
  auto clear = [](const std::string& field) {
    return "nn::cuda::clear<T>(reinterpret_cast<float*>(&block." + field + "), sizeof(block." + field +
           ") / sizeof(float));\n";
  };
  if (pass.sums.has_lanes()) {
    structs += fill(R"text(

/// Sums that each lane keeps by itself.
struct $type$Sums {
  $fields$
};
)text",
                    {{"type", pass.type}, {"fields", pass.sums.lane_fields()}});
    block_fields += pass.type + "Sums sums;\n";
    clears += clear("sums");
  }
  if (!pass.sums.empty()) {
    structs += fill(R"text(

/// Sums over the samples of one block.
struct $type$Totals {
  $fields$
};
)text",
                    {{"type", pass.type}, {"fields", pass.sums.total_fields()}});
    block_fields += pass.type + "Totals totals;\n";
    clears += clear("totals");
  }
  bool is_step = pass.word == "step";
  std::string params =
                  is_step
                      ? ", [[maybe_unused]] Targets target"
                      : ", [[maybe_unused]] OutputGradients out_gradient, [[maybe_unused]] InputGradients in_gradient",
              loads = load_inputs(parts.program(), pass.program, pass.lane), stores;
  if (is_step) {
    for (const sema::Tensor* t : parts.program().targets)
      loads += load_rows(pass.program, pass.lane, t->name, "target." + identifier(target_name(*t)), count(t->shape));
  } else {
    for (const auto& o : parts.program().outputs)
      loads += load_rows(pass.program, pass.lane, "output_gradient." + o.name, "out_gradient." + identifier(o.name),
                         count(o.tensor->shape));
    for (const sema::Tensor* t : parts.program().inputs)
      stores += store_rows(pass.program, pass.lane, gradient_name(parts.model, *t),
                           "in_gradient." + identifier(t->name), count(t->shape));
  }
  std::string fold = pass.sums.fold_lanes();
  std::string uniforms = pass.lane.uniform_functions();
  std::string functions = pass.lane.functions();
  std::string text = fill(R"text(

$structs$

/// What a block works in.
struct $type$Block {
  $fields$
};
$uniforms$
$functions$

/// All tiles of a batch: what they sum up is in the blocks afterwards.
__global__ void __launch_bounds__(T) $word$_kernel([[maybe_unused]] const float* w, [[maybe_unused]] const $real$* uniform, [[maybe_unused]] float* gradient, [[maybe_unused]] Inputs in$params$, std::size_t count_all, $type$Block* blocks) {
  $type$Block& block = blocks[blockIdx.x];
  $type$Tile& t = block.t;
  const int lane = static_cast<int>(threadIdx.x);
  const $real$ samples = static_cast<$real$>(count_all);
  $clears$
  $barrier$
  for (std::size_t first = std::size_t{blockIdx.x} * T; first < count_all; first += std::size_t{gridDim.x} * T) {
    const int count = nn::cuda::samples_of_tile<T>(count_all, first);
    $loads$
    $word$_tile($args$);
    $stores$
  }
  $fold$
}
)text",
                          {{"structs", structs},
                           {"real", real_type(pass.program)},
                           {"type", pass.type},
                           {"fields", block_fields},
                           {"uniforms", uniforms},
                           {"functions", functions},
                           {"word", pass.word},
                           {"params", params},
                           {"clears", clears},
                           {"barrier", clears.empty() ? "" : "__syncthreads();\n"},
                           {"loads", loads},
                           {"args", pass.lane.tile_args()},
                           {"stores", stores},
                           {"fold", fold.empty() ? "" : "__syncthreads();\n" + fold}});
  if (!pass.sums.empty()) {
    text += fill(
        R"text(

/// Adds up what the blocks have summed, in their order.
__global__ void __launch_bounds__(T) $word$_add(const $type$Block* blocks, int count, [[maybe_unused]] float* gradient, [[maybe_unused]] $real$* uniform) {
  constexpr std::size_t kStride = sizeof($type$Block) / sizeof($real$);
  $add$
}
)text",
        {{"word", pass.word}, {"type", pass.type}, {"real", real_type(pass.program)}, {"add", pass.sums.add_blocks()}});
  }
  for (const char* when : {"before", "after"}) {
    const auto& nest = std::string(when) == "before" ? pass.program.before : pass.program.after;
    if (nest.groups.empty()) continue;
    text += fill(R"text(

__global__ void $word$_$when$_kernel(const float* w, float* gradient, $real$* uniform, $real$ samples) { $word$_$when$(w, gradient, uniform, samples); }
)text",
                 {{"word", pass.word}, {"when", when}, {"real", real_type(pass.program)}});
  }
  return text;
}

}  // namespace nnc::emit::cuda
