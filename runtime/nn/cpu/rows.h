// In and out of a tile: rows of the caller's numbers become x[feature][T], a sample to a lane, and back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "../half.h"
#include "../integers.h"
#include "../view.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {
namespace rows_detail {

/// Rows and a tile of 32-bit numbers of one type: whole vectors of samples are moved, whatever the bits mean.
template <class E, class Tile>
inline constexpr bool kMovesBits = std::is_same_v<std::remove_const_t<E>, Tile> && sizeof(Tile) == 4;

/// kLanes rows, `stride` bytes apart, into kColumns features of a tile. Reads and writes nothing beyond them.
template <int kColumns, int T, class Stride>
NN_INLINE void transpose_in(const char* rows, Stride stride, float* tile) {
  Vec block[kLanes];
  if constexpr (kColumns == kLanes) {
    load_transposed(rows, stride, block);
  } else {
    NN_UNROLL for (int r = 0; r < kLanes; ++r) {
      block[r] = load_first<kColumns>(reinterpret_cast<const float*>(rows + r * stride));
    }
    transpose(block);
  }
  NN_UNROLL for (int c = 0; c < kLanes; ++c) {
    if (c < kColumns) store(tile + c * T, block[c]);
  }
}
/// And back: kColumns features of kLanes samples into rows.
template <int kColumns, int T, class Stride>
NN_INLINE void transpose_out(const float* tile, char* rows, Stride stride) {
  Vec block[kLanes];
  NN_UNROLL for (int c = 0; c < kLanes; ++c) block[c] = c < kColumns ? load(tile + c * T) : Vec{};
  transpose(block);
  NN_UNROLL for (int r = 0; r < kLanes; ++r) {
    store_first<kColumns>(reinterpret_cast<float*>(rows + r * stride), block[r]);
  }
}
/// Calls body(std::integral_constant<int, columns>, first column) for the columns of a row, kLanes at a time.
template <int N, class Body>
NN_INLINE void for_columns(Body body) {
  constexpr int kFull = N / kLanes * kLanes;
  NN_NO_UNROLL for (int c = 0; c < kFull; c += kLanes) body(std::integral_constant<int, kLanes>{}, c);
  if constexpr (kFull < N) body(std::integral_constant<int, N - kFull>{}, kFull);
}

template <int N, int T, class Stride>
NN_INLINE void load_vectors(const char* rows, Stride stride, int vectors, float* tile) {
  NN_NO_UNROLL for (int v = 0; v < vectors; ++v) {
    for_columns<N>([&](auto columns, int c) NN_LAMBDA {
      transpose_in<columns, T>(rows + v * kLanes * stride + c * 4, stride, tile + c * T + v * kLanes);
    });
  }
}
template <int N, int T, class Stride>
NN_INLINE void store_vectors(const float* tile, char* rows, Stride stride, int vectors) {
  NN_NO_UNROLL for (int v = 0; v < vectors; ++v) {
    for_columns<N>([&](auto columns, int c) NN_LAMBDA {
      transpose_out<columns, T>(tile + c * T + v * kLanes, rows + v * kLanes * stride + c * 4, stride);
    });
  }
}

/// A distance in bytes that the compiler knows: strides of a transpose as run-time values cost twice the time on g++.
template <int kBytes>
using KnownStride = std::integral_constant<std::ptrdiff_t, kBytes>;

template <class E>
NN_INLINE const char* bytes_of(const E* p) {
  return reinterpret_cast<const char*>(p);
}
template <class E>
NN_INLINE char* bytes_of(E* p) {
  return reinterpret_cast<char*>(p);
}

}  // namespace rows_detail

/// Asks for rows first … first + T - 1 before they are needed: the next tile's, while this one is computed. Rows that
/// lie side by side the processor foresees by itself, and asking for all of them at once would only stall.
template <int T, class E, int N>
NN_INLINE void prefetch_rows(const Rows<E, N>& rows, std::size_t first) {
  if (rows.is_contiguous() || first >= rows.size()) return;
  const int count = static_cast<int>(std::min<std::size_t>(T, rows.size() - first));
  const char* begin = rows_detail::bytes_of(rows.row(first));
  for (int r = 0; r < count; ++r) __builtin_prefetch(begin + r * rows.row_stride());
}

/// Rows first … first + count - 1 into tile[N][T], 1 ≤ count ≤ T. Lanes from count on repeat the last row, so that
/// whatever is computed of them is computed of a valid sample. Where the tile's numbers are of another type, they are
/// converted.
template <int N, int T, class E, class Tile>
NN_NOINLINE void load_rows(const Rows<E, N>& rows, std::size_t first, int count, Tile* tile) {
  static_assert(T % kLanes == 0, "a tile holds a whole number of vectors of samples");
  int done = 0;
  if constexpr (rows_detail::kMovesBits<E, Tile>) {
    const int vectors = count / kLanes;
    const char* begin = rows_detail::bytes_of(rows.row(first));
    float* out = reinterpret_cast<float*>(tile);
    if (N == 1 && rows.is_contiguous()) {
      NN_NO_UNROLL for (int v = 0; v < vectors; ++v) {
        store(out + v * kLanes, load(reinterpret_cast<const float*>(begin) + v * kLanes));
      }
      done = vectors * kLanes;
    } else if (rows.is_contiguous()) {
      rows_detail::load_vectors<N, T>(begin, rows_detail::KnownStride<4 * N>{}, vectors, out);
      done = vectors * kLanes;
    } else if (rows.has_dense_rows()) {
      rows_detail::load_vectors<N, T>(begin, rows.row_stride(), vectors, out);
      done = vectors * kLanes;
    }
    prefetch_rows<T>(rows, first + T);
  }
  for (int i = 0; i < N; ++i) {
    for (int s = done; s < count; ++s) tile[i * T + s] = convert<Tile>(rows(first + static_cast<std::size_t>(s), i));
    const Tile last = tile[i * T + count - 1];
    for (int s = count; s < T; ++s) tile[i * T + s] = last;
  }
}

/// The first `count` lanes of tile[N][T] into rows first … first + count - 1; nothing else is touched.
template <int N, int T, class E, class Tile>
NN_NOINLINE void store_rows(const Tile* tile, const Rows<E, N>& rows, std::size_t first, int count) {
  static_assert(T % kLanes == 0, "a tile holds a whole number of vectors of samples");
  static_assert(!std::is_const_v<E>, "rows of const numbers cannot be written");
  int done = 0;
  if constexpr (rows_detail::kMovesBits<E, Tile>) {
    const int vectors = count / kLanes;
    char* begin = rows_detail::bytes_of(rows.row(first));
    const float* in = reinterpret_cast<const float*>(tile);
    if (N == 1 && rows.is_contiguous()) {
      NN_NO_UNROLL for (int v = 0; v < vectors; ++v) {
        store(reinterpret_cast<float*>(begin) + v * kLanes, load(in + v * kLanes));
      }
      done = vectors * kLanes;
    } else if (rows.is_contiguous()) {
      rows_detail::store_vectors<N, T>(in, begin, rows_detail::KnownStride<4 * N>{}, vectors);
      done = vectors * kLanes;
    } else if (rows.has_dense_rows()) {
      rows_detail::store_vectors<N, T>(in, begin, rows.row_stride(), vectors);
      done = vectors * kLanes;
    }
  }
  for (int i = 0; i < N; ++i) {
    for (int s = done; s < count; ++s) rows(first + static_cast<std::size_t>(s), i) = convert<E>(tile[i * T + s]);
  }
}

}  // namespace NN_ISA
}  // namespace nn
