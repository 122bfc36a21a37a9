// Looks at the learned shape: rays walk by the distance until they touch it.
#pragma once

#include "common/picture.h"
#include "distance.h"

/// The shape in the light of one lamp, which casts shadows, and next to it its normals as colours; `side` pixels high.
Picture render(const distance::Network& network, std::size_t side);
