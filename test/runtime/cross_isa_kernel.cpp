#include "cross_isa_kernel.h"

#include "nn/platform.h"

namespace cross_isa {

Result twice(const nn::Rows<const float, 2>& x, const nn::Rows<float, 2>& y, nn::Executor& executor) {
  executor.run(static_cast<int>(x.size()), [&](int task, int) {
    const std::size_t r = static_cast<std::size_t>(task);
    for (int i = 0; i < 2; ++i) y(r, i) = 2.0f * x(r, i);
  });
  return {nn::kLanes, nn::to_bf16(y(y.size() - 1, 1))};
}

}  // namespace cross_isa
