// The host's side: errors as exceptions, typed launches, how many blocks to launch.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace nn {
namespace cuda {

/// A CUDA call failed. what(): what was being done, and CUDA's own words.
class Error : public std::runtime_error {
 public:
  Error(cudaError_t code, const std::string& doing)
      : std::runtime_error("CUDA: cannot " + doing + ": " + cudaGetErrorString(code) + " (" + cudaGetErrorName(code) +
                           ")"),
        code_(code) {}
  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

/// Throws Error unless the call succeeded. `doing` completes "cannot …".
inline void check(cudaError_t code, const char* doing) {
  if (code == cudaSuccess) return;
  cudaGetLastError();  // the next call starts without it
  throw Error(code, doing);
}

namespace launch_detail {
template <class... P, std::size_t... I>
void launch(void (*kernel)(P...), int blocks, int threads, cudaStream_t stream, std::tuple<P...>& arguments,
            std::index_sequence<I...>) {
  void* pointers[] = {static_cast<void*>(&std::get<I>(arguments))...};
  check(cudaLaunchKernel(kernel, dim3(static_cast<unsigned>(blocks)), dim3(static_cast<unsigned>(threads)), pointers, 0,
                         stream),
        "launch a kernel");
}
}  // namespace launch_detail

/// Enqueues kernel(arguments…) with so many blocks of so many threads.
template <class... P, class... A>
void launch(void (*kernel)(P...), int blocks, int threads, cudaStream_t stream, const A&... arguments) {
  static_assert(sizeof...(P) > 0 && sizeof...(P) == sizeof...(A), "a launch names each of the kernel's parameters");
  std::tuple<P...> converted(static_cast<P>(arguments)...);
  launch_detail::launch(kernel, blocks, threads, stream, converted, std::index_sequence_for<P...>{});
}

/// Blocks of `kernel` that the current device runs at the same time.
template <class... P>
int resident_blocks(void (*kernel)(P...), int threads) {
  int device = 0, multiprocessors = 0, each = 0;
  check(cudaGetDevice(&device), "find the current device");
  check(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device),
        "ask the device for its size");
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, kernel, threads, 0), "ask how many blocks fit");
  return std::max(1, multiprocessors * each);
}

/// Blocks of `threads` for so many elements: one each while there are few, `most` at most. Never 0.
inline int blocks_for(std::size_t elements, int threads, int most) {
  const std::size_t t = static_cast<std::size_t>(threads);
  return static_cast<int>(std::clamp<std::size_t>((elements + t - 1) / t, 1, static_cast<std::size_t>(most)));
}

}  // namespace cuda
}  // namespace nn
