// The reflectance that is learned: microfacets of a rough metal.
#pragma once

#include <array>

#include "common/picture.h"
#include "common/vector.h"

/// The cosines that it depends on, in the order of brdf.nn: normal and light, normal and eye, normal and half-way
/// vector, light and half-way vector.
using Cosines = std::array<float, 4>;

/// Directions of length 1; light and eye are above the surface.
Cosines cosines_of(const Vector& normal, const Vector& light, const Vector& eye);

/// D F G / (4 (n·l) (n·v)), in 1/steradian: D of Trowbridge and Reitz 1975 with alpha = roughness², G of Smith 1967 for
/// light and eye apart from each other, F of Schlick 1994 with the colour of gold.
Color reflectance(const Cosines& cosines, float roughness);
