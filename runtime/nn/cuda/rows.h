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
/// This lane's part of rows first … first + count - 1 into tile[N][T], 1 ≤ count ≤ T. Lanes from count on repeat the
/// last row, so that whatever is computed of them is computed of a valid sample. Where the tile's numbers are of
/// another type, they are converted.
template <int N, int T, class E, class Tile>
NN_DEVICE void load_rows(const Rows<E, N>& rows, std::size_t first, int count, int lane, Tile* tile) {
  const std::size_t row = first + static_cast<std::size_t>(lane < count ? lane : count - 1);
  for (int i = 0; i < N; ++i) tile[i * T + lane] = convert<Tile>(rows(row, i));
}

/// The first `count` lanes of tile[N][T] into rows first … first + count - 1; nothing else is touched.
template <int N, int T, class E, class Tile>
NN_DEVICE void store_rows(const Tile* tile, const Rows<E, N>& rows, std::size_t first, int count, int lane) {
  static_assert(!std::is_const_v<E>, "rows of const numbers cannot be written");
  if (lane >= count) return;
  const std::size_t row = first + static_cast<std::size_t>(lane);
  for (int i = 0; i < N; ++i) rows(row, i) = convert<E>(tile[i * T + lane]);
}

}  // namespace cuda
}  // namespace nn
