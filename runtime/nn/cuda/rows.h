// In and out of a tile: rows of the caller's numbers become x[feature][T], a sample to a lane, and back. Each thread
// moves its own lane; no barrier is needed.
#pragma once

#include <cstddef>
#include <type_traits>

#include "../half.h"
#include "../integers.h"
#include "view.h"

namespace nn {
namespace cuda {
namespace rows_detail {

/// What a tile holds for an element: 32-bit numbers as they are, f16 and bf16 as float, other integers as i32.
template <class E>
NN_DEVICE auto widened(E e) {
  if constexpr (sizeof(E) == 4) {
    return e;
  } else if constexpr (std::is_integral_v<E>) {
    return to_i32(e);
  } else {
    return to_float(e);
  }
}
template <class E, class V>
NN_DEVICE E narrowed(V v) {
  if constexpr (std::is_same_v<E, f16>) {
    return to_f16(v);
  } else if constexpr (std::is_same_v<E, bf16>) {
    return to_bf16(v);
  } else {
    return v;
  }
}

}  // namespace rows_detail

/// This lane's part of rows first … first + count - 1 into tile[N][T], 1 ≤ count ≤ T. Lanes from count on repeat the
/// last row, so that whatever is computed of them is computed of a valid sample.
template <int N, int T, class E, class Tile>
NN_DEVICE void load_rows(const Rows<E, N>& rows, std::size_t first, int count, int lane, Tile* tile) {
  static_assert(std::is_same_v<Tile, decltype(rows_detail::widened(std::remove_const_t<E>{}))>,
                "the tile holds what the rows hold; f16 and bf16 rows become float, other integers i32");
  const std::size_t row = first + static_cast<std::size_t>(lane < count ? lane : count - 1);
  for (int i = 0; i < N; ++i) tile[i * T + lane] = rows_detail::widened(rows(row, i));
}

/// The first `count` lanes of tile[N][T] into rows first … first + count - 1; nothing else is touched.
template <int N, int T, class E, class Tile>
NN_DEVICE void store_rows(const Tile* tile, const Rows<E, N>& rows, std::size_t first, int count, int lane) {
  static_assert(!std::is_const_v<E>, "rows of const numbers cannot be written");
  static_assert(std::is_same_v<Tile, decltype(rows_detail::widened(E{}))>,
                "the tile holds what the rows hold; f16 and bf16 rows are stored from float");
  if (lane >= count) return;
  const std::size_t row = first + static_cast<std::size_t>(lane);
  for (int i = 0; i < N; ++i) rows(row, i) = rows_detail::narrowed<E>(tile[i * T + lane]);
}

}  // namespace cuda
}  // namespace nn
