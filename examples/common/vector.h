// Arithmetic of points and directions.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

using Vector = std::array<float, 3>;

inline Vector operator+(const Vector& a, const Vector& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
inline Vector operator-(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
inline Vector operator*(float s, const Vector& a) { return {s * a[0], s * a[1], s * a[2]}; }
inline float dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
inline float length(const Vector& a) { return std::sqrt(dot(a, a)); }
inline Vector normalized(const Vector& a) { return (1 / length(a)) * a; }
inline Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
