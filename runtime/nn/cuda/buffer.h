// A buffer of numbers in the device's memory, allocated once.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "launch.h"

namespace nn {
namespace cuda {

/// `size()` elements of T, all zero bytes at first. Moves, and does not copy. Throws Error.
template <class T = float>
class DeviceBuffer {
  static_assert(std::is_trivially_copyable_v<T>,
                "a DeviceBuffer holds plain numbers: its bytes are copied as they are");

 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(std::size_t size) : size_(size) {
    if (size == 0) return;
    check(cudaMalloc(&data_, size * sizeof(T)), "allocate memory on the device");
    cudaError_t cleared = cudaMemsetAsync(data_, 0, size * sizeof(T), nullptr);
    if (cleared == cudaSuccess) cleared = cudaStreamSynchronize(nullptr);  // whatever stream uses it first
    if (cleared != cudaSuccess) cudaFree(std::exchange(data_, nullptr));
    check(cleared, "clear memory on the device");
  }
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  ~DeviceBuffer() { cudaFree(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Enqueues a copy of size() elements from the host, or to it. Host memory that is not pinned makes the call wait.
  void upload(const T* host, cudaStream_t stream) {
    if (size_ == 0) return;
    check(cudaMemcpyAsync(data_, host, size_ * sizeof(T), cudaMemcpyHostToDevice, stream), "copy to the device");
  }
  void download(T* host, cudaStream_t stream) const {
    if (size_ == 0) return;
    check(cudaMemcpyAsync(host, data_, size_ * sizeof(T), cudaMemcpyDeviceToHost, stream), "copy from the device");
  }
  /// Enqueues setting all bytes to zero.
  void clear(cudaStream_t stream) {
    if (size_ == 0) return;
    check(cudaMemsetAsync(data_, 0, size_ * sizeof(T), stream), "clear memory on the device");
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cuda
}  // namespace nn
