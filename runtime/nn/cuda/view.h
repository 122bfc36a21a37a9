// Rows of numbers in the device's memory that belong to the caller: how a batch comes in and goes out without being
// copied.
#pragma once

#include <cstddef>
#include <type_traits>

#include "device.h"

namespace nn {
namespace cuda {

/// `count` rows of N numbers each: a pointer into the device's memory, and two distances in bytes. T is const for what
/// is only read. Rows may lie apart (a field of a larger struct), upside down (a negative stride) or on one another.
template <class T, int N>
class Rows {
  static_assert(N > 0, "a row has at least one number");
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;

 public:
  using Element = T;
  static constexpr int kWidth = N;

  /// No rows.
  Rows() = default;
  /// Rows one behind the other, each of N numbers one behind the other.
  __host__ __device__ Rows(T* data, std::size_t count)
      : Rows(data, count, static_cast<std::ptrdiff_t>(N * sizeof(T)), static_cast<std::ptrdiff_t>(sizeof(T))) {}
  /// Rows `row_stride` bytes apart, and the numbers of a row `element_stride` bytes apart.
  __host__ __device__ Rows(T* data, std::size_t count, std::ptrdiff_t row_stride,
                           std::ptrdiff_t element_stride = static_cast<std::ptrdiff_t>(sizeof(T)))
      : data_(data), count_(count), row_stride_(row_stride), element_stride_(element_stride) {}
  /// The same rows, to be read only.
  template <class U, std::enable_if_t<std::is_same_v<const U, T>, int> = 0>
  __host__ __device__ Rows(const Rows<U, N>& other)
      : Rows(other.data(), other.size(), other.row_stride(), other.element_stride()) {}

  __host__ __device__ T* data() const { return data_; }
  __host__ __device__ std::size_t size() const { return count_; }
  __host__ __device__ bool empty() const { return count_ == 0; }
  __host__ __device__ std::ptrdiff_t row_stride() const { return row_stride_; }
  __host__ __device__ std::ptrdiff_t element_stride() const { return element_stride_; }
  /// On the device only.
  __device__ T& operator()(std::size_t row, int i) const {
    const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(row) * row_stride_ + i * element_stride_;
    return *reinterpret_cast<T*>(reinterpret_cast<Byte*>(data_) + offset);
  }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
  std::ptrdiff_t row_stride_ = static_cast<std::ptrdiff_t>(N * sizeof(T));
  std::ptrdiff_t element_stride_ = static_cast<std::ptrdiff_t>(sizeof(T));
};

}  // namespace cuda
}  // namespace nn
