// Arrays that travel to the device and back, for tests.
#pragma once

#include <random>
#include <vector>

#include "nn/cuda/buffer.h"

/// The device's copy of `host`.
template <class T>
nn::cuda::DeviceBuffer<T> to_device(const std::vector<T>& host) {
  nn::cuda::DeviceBuffer<T> buffer(host.size());
  buffer.upload(host.data(), nullptr);
  return buffer;
}

/// The host's copy of `device`.
template <class T>
std::vector<T> to_host(const nn::cuda::DeviceBuffer<T>& device) {
  std::vector<T> host(device.size());
  device.download(host.data(), nullptr);
  nn::cuda::check(cudaStreamSynchronize(nullptr), "wait for the device");
  return host;
}

/// `count` numbers in [-1, 1), the same for the same seed.
inline std::vector<float> random_numbers(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> numbers(count);
  for (float& x : numbers) x = uniform(generator);
  return numbers;
}
