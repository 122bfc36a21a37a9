#include "device_memory.h"
#include "nn/cuda/launch.h"

void* to_device(const void* from, size_t bytes) {
  void* memory = nullptr;
  nn::cuda::check(cudaMalloc(&memory, bytes), "allocate");
  nn::cuda::check(cudaMemcpyAsync(memory, from, bytes, cudaMemcpyHostToDevice, nullptr), "copy");
  nn::cuda::check(cudaStreamSynchronize(nullptr), "wait");
  return memory;
}

void from_device(const void* from, void* to, size_t bytes) {
  nn::cuda::check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, nullptr), "copy");
  nn::cuda::check(cudaStreamSynchronize(nullptr), "wait");
}
