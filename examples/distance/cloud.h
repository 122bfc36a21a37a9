// The shape: a trefoil knot of a round tube, as points on its surface.
#pragma once

#include <cstddef>
#include <vector>

#include "common/random.h"
#include "common/vector.h"

/// Points of a surface and the directions out of it.
struct Cloud {
  std::vector<Vector> points, normals;
};

/// Points on the knot's tube, even along the curve's parameter and around the tube.
Cloud trefoil(std::size_t count, Random random);

/// The distance from a place to the nearest point, negative where that point's normal leads away from the place.
float distance_to(const Cloud& cloud, const Vector& place);

/// What the cloud was drawn from, for measuring only: the distance from the tube itself.
float exact_distance(const Vector& place);
