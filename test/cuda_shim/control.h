// What a test says to the shim and asks it: the order in which threads run, how large the device is, what was called.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cuda_shim {

/// The order of the blocks of a grid, of the warps of a block and of the lanes of a warp. `shuffled` is another one
/// each time that a block, a warp or a lane is chosen, from a seed.
enum class Order { forward, backward, shuffled };

/// The order of this thread's launches from now on. At first: the environment variable CUDA_SHIM_ORDER, one of
/// `forward`, `backward` and `shuffled`; forward where it is not set.
void set_order(Order order, std::uint64_t seed = 1);
Order order();

/// Calls body() once in each order, twice shuffled. The order is the same afterwards as before.
template <class Body>
void for_each_order(Body body) {
  const Order before = order();
  for (Order each : {Order::forward, Order::backward}) set_order(each), body();
  for (std::uint64_t seed : {1u, 2u}) set_order(Order::shuffled, seed), body();
  set_order(before);
}

/// What this process asked of the device.
struct Counts {
  std::size_t launches;
  std::size_t allocations;       // cudaMalloc and cudaFree
  std::size_t synchronizations;  // calls that wait, copies that are not asynchronous among them
  std::size_t bytes_in_use;
};
Counts counts();

/// cudaMalloc fails beyond so many bytes in use.
void set_device_memory(std::size_t bytes);

}  // namespace cuda_shim
