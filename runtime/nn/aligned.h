// A buffer of numbers: aligned to a cache line, zeroed, allocated once.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "platform.h"

namespace nn {

/// `size()` elements of T, all zero at first, at a multiple of 64 bytes; large ones ask for huge pages. Moves, and does
/// not copy. Throws std::bad_alloc.
template <class T = float>
class AlignedBuffer {
  static_assert(std::is_trivially_copyable_v<T>,
                "an AlignedBuffer holds plain numbers: its bytes are zeroed and freed as they are");
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;

 public:
  AlignedBuffer() = default;
  NN_INLINE explicit AlignedBuffer(std::size_t size) : size_(size) {
    if (size == 0) return;
    if (size > (static_cast<std::size_t>(-1) - 64) / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = (size * sizeof(T) + 63) / 64 * 64;  // whole cache lines: no neighbour shares the last one
    data_ = static_cast<T*>(::operator new(bytes, alignment()));
#if defined(__linux__)
    // Random rows of a large table miss the address cache more often than the data cache: few large pages halve their
    // time.
    if (is_large()) static_cast<void>(madvise(static_cast<void*>(data_), bytes / kHugePage * kHugePage, MADV_HUGEPAGE));
#endif
    std::memset(static_cast<void*>(data_), 0, bytes);
  }
  NN_INLINE AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  NN_INLINE AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  NN_INLINE ~AlignedBuffer() { ::operator delete(data_, alignment()); }

  NN_INLINE T* data() { return data_; }
  NN_INLINE const T* data() const { return data_; }
  NN_INLINE std::size_t size() const { return size_; }
  NN_INLINE bool empty() const { return size_ == 0; }
  NN_INLINE T& operator[](std::size_t i) { return data_[i]; }
  NN_INLINE const T& operator[](std::size_t i) const { return data_[i]; }
  NN_INLINE T* begin() { return data_; }
  NN_INLINE T* end() { return data_ + size_; }
  NN_INLINE const T* begin() const { return data_; }
  NN_INLINE const T* end() const { return data_ + size_; }

  NN_INLINE void clear_to_zero() {
    if (size_ > 0) std::memset(static_cast<void*>(data_), 0, size_ * sizeof(T));
  }

 private:
  NN_INLINE bool is_large() const { return size_ * sizeof(T) >= 2 * kHugePage; }
  NN_INLINE std::align_val_t alignment() const { return std::align_val_t{is_large() ? kHugePage : 64}; }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace nn
