// The temperature of the rod in closed form: what the network is measured by, and never sees inside.
#pragma once

/// u(x, t) of u_t = k u_xx on [0, 1] with both ends at 0 and u(x, 0) = sin(πx) + ½ sin(3πx): each sine keeps its shape
/// and decays by e^(-k (nπ)² t).
float closed_solution(float x, float t);
