// What is photographed: three coloured balls of fog, and the cameras around them.
#pragma once

#include <cstddef>

#include "common/picture.h"
#include "common/vector.h"

constexpr Color kBackground{0.95f, 0.96f, 0.98f};

/// A ray: it starts at the eye; `from` … `to` is the part of it in [-1, 1]³, which may be empty.
struct Ray {
  Vector eye, direction;
  float from = 0, to = 0;

  Vector at(float t) const { return eye + t * direction; }
};

/// The ray of a camera that looks at the origin from `turn` (0 to 1) around it, through the place (x, y) of its
/// picture: 0, 0 is at the top left, 1, 1 at the bottom right.
Ray camera_ray(float turn, float x, float y);

/// The scene itself, at a place.
float scene_density(const Vector& place);
Color scene_color(const Vector& place);

/// The colour that the camera sees, from many samples along the ray.
Color photograph(const Ray& ray);
