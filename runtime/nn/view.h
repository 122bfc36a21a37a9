// Rows of numbers that belong to the caller: how a batch comes in and goes out without being copied.
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "platform.h"

namespace nn {

template <class T, int N>
class Rows;

namespace view_traits {

/// One row as the caller may have declared it: T[N], std::array<T, N>, or a struct of exactly N numbers.
template <class Row, class T, int N>
inline constexpr bool kIsRow = (std::is_class_v<Row> || std::is_array_v<Row>) && std::is_trivially_copyable_v<Row> &&
                               sizeof(Row) == N * sizeof(T) && alignof(Row) >= alignof(T);
template <class E, class T, std::size_t M, int N>
inline constexpr bool kIsRow<E[M], T, N> = M == N && std::is_same_v<std::remove_cv_t<E>, T>;
template <class E, class T, std::size_t M, int N>
inline constexpr bool kIsRow<std::array<E, M>, T, N> = M == N && std::is_same_v<std::remove_cv_t<E>, T>;

template <class C>
using ElementOf = std::remove_pointer_t<decltype(std::data(std::declval<C&>()))>;

template <class C, class = void>
inline constexpr bool kIsContiguous = false;
template <class C>
inline constexpr bool
    kIsContiguous<C, std::void_t<decltype(std::data(std::declval<C&>())), decltype(std::size(std::declval<C&>()))>> =
        true;

template <class C>
inline constexpr bool kIsRows = false;
template <class T, int N>
inline constexpr bool kIsRows<Rows<T, N>> = true;

/// Whether Rows<T, N> can look at the elements of container C: as whole rows, or as plain numbers; never dropping a
/// const.
template <class C, class T, int N, bool kWhole>
constexpr bool fits() {
  if constexpr (kIsRows<std::remove_cv_t<C>> || !kIsContiguous<C>) {
    return false;
  } else {
    using Element = ElementOf<C>;
    constexpr bool kDropsConst = std::is_const_v<Element> && !std::is_const_v<T>;
    constexpr bool kIsNumber = std::is_same_v<std::remove_const_t<Element>, std::remove_const_t<T>>;
    return !kDropsConst &&
           (kWhole ? !kIsNumber && kIsRow<std::remove_const_t<Element>, std::remove_const_t<T>, N> : kIsNumber);
  }
}

}  // namespace view_traits

/// `count` rows of N numbers each: a pointer, and two distances in bytes. T is const for what is only read.
/// Rows may lie apart (a field of a larger struct), upside down (a negative stride) or on one another (stride 0).
template <class T, int N>
class Rows {
  static_assert(N > 0, "a row has at least one number");
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;

 public:
  using Element = T;
  static constexpr int kWidth = N;

  /// No rows.
  NN_INLINE Rows() = default;
  /// Rows one behind the other, each of N numbers one behind the other.
  NN_INLINE Rows(T* data, std::size_t count)
      : Rows(data, count, static_cast<std::ptrdiff_t>(N * sizeof(T)), static_cast<std::ptrdiff_t>(sizeof(T))) {}
  /// Rows `row_stride` bytes apart, and the numbers of a row `element_stride` bytes apart.
  NN_INLINE Rows(T* data, std::size_t count, std::ptrdiff_t row_stride,
                 std::ptrdiff_t element_stride = static_cast<std::ptrdiff_t>(sizeof(T)))
      : data_(data), count_(count), row_stride_(row_stride), element_stride_(element_stride) {}
  /// The same rows, to be read only.
  template <class U, std::enable_if_t<std::is_same_v<const U, T>, int> = 0>
  NN_INLINE Rows(const Rows<U, N>& other)
      : Rows(other.data(), other.size(), other.row_stride(), other.element_stride()) {}
  /// The elements of a container (std::vector, std::array, std::span, a C array), one row each:
  /// std::array<T, N>, T[N], or a struct that consists of N numbers and nothing else.
  template <class C, std::enable_if_t<view_traits::fits<std::remove_reference_t<C>, T, N, true>(), int> = 0>
  NN_INLINE Rows(C&& container)
      : Rows(reinterpret_cast<T*>(std::data(container)), static_cast<std::size_t>(std::size(container))) {}
  /// A container of plain numbers, N to a row. Throws std::invalid_argument when its size is no multiple of N.
  template <class C, std::enable_if_t<view_traits::fits<std::remove_reference_t<C>, T, N, false>(), int> = 0,
            class = void>
  NN_INLINE Rows(C&& container)
      : Rows(std::data(container), whole_rows(static_cast<std::size_t>(std::size(container)))) {}

  NN_INLINE T* data() const { return data_; }
  NN_INLINE std::size_t size() const { return count_; }
  NN_INLINE bool empty() const { return count_ == 0; }
  NN_INLINE std::ptrdiff_t row_stride() const { return row_stride_; }
  NN_INLINE std::ptrdiff_t element_stride() const { return element_stride_; }
  /// Row after row without a gap: the whole is one array of size() * N numbers.
  NN_INLINE bool is_contiguous() const {
    return has_dense_rows() && row_stride_ == static_cast<std::ptrdiff_t>(N * sizeof(T));
  }
  /// The numbers of one row lie one behind the other.
  NN_INLINE bool has_dense_rows() const { return N == 1 || element_stride_ == static_cast<std::ptrdiff_t>(sizeof(T)); }

  /// The first number of a row.
  NN_INLINE T* row(std::size_t r) const { return at_byte(static_cast<std::ptrdiff_t>(r) * row_stride_); }
  NN_INLINE T& operator()(std::size_t r, int i) const {
    return *at_byte(static_cast<std::ptrdiff_t>(r) * row_stride_ + i * element_stride_);
  }
  /// Rows first … first + count - 1.
  NN_INLINE Rows part(std::size_t first, std::size_t count) const {
    return Rows(row(first), count, row_stride_, element_stride_);
  }

 private:
  NN_INLINE T* at_byte(std::ptrdiff_t offset) const {
    return reinterpret_cast<T*>(reinterpret_cast<Byte*>(data_) + offset);
  }
  NN_INLINE static std::size_t whole_rows(std::size_t numbers) {
    if (numbers % N != 0)
      throw std::invalid_argument("nn::Rows: the container's size is not a multiple of the row's width");
    return numbers / N;
  }

  T* data_ = nullptr;
  std::size_t count_ = 0;
  std::ptrdiff_t row_stride_ = static_cast<std::ptrdiff_t>(N * sizeof(T));
  std::ptrdiff_t element_stride_ = static_cast<std::ptrdiff_t>(sizeof(T));
};

}  // namespace nn
