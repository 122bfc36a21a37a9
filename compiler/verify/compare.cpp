#include "compiler/verify/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

namespace nnc::verify {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// How far f32 may be from the evaluator, in units of the largest number of a tensor: sums of some hundred terms in
/// another order, and what optimizers make of gradients that are almost nothing.
struct Surface {
  const char* name;
  double bound;
};
constexpr Surface kSurfaces[] = {
    {"infer", 5e-6}, {"evaluate", 5e-6}, {"differentiate", 5e-5}, {"backward", 5e-5},
    {"twice", 1e-4}, {"step", 2e-5},     {"train", 5e-5},
};

constexpr double kDoubleBound = 1e-12;  // of what is computed in double
constexpr double kNoise = 1.5;         // how much of what noise does is allowed

std::string first_part(const std::string& name) { return name.substr(0, name.find('/')); }
std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

/// The unit of a tensor's errors.
double largest_number(const ir::Array& array) {
  double largest = 1e-2;
  for (double e : array.elements) largest = std::max(largest, std::isfinite(e) ? std::fabs(e) : 0);
  return largest;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

std::string padded(const std::string& text, size_t width) { return text + std::string(width - text.size(), ' '); }

}  // namespace

double error(const ir::Array& actual, const ir::Array& expected) {
  if (actual.elements.size() != expected.elements.size()) return kInfinity;
  const double largest = largest_number(expected);
  double difference = 0;
  for (size_t i = 0; i < expected.elements.size(); ++i) {
    const double a = actual.elements[i], e = expected.elements[i];
    if (a == e || (std::isnan(a) && std::isnan(e))) continue;
    const double d = std::fabs(a - e);
    difference = std::max(difference, std::isnan(d) ? kInfinity : d);
  }
  return difference / largest;
}

bool Comparison::holds() const {
  return complaints.empty() && std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.holds(); });
}

Comparison compare(const ir::Values& actual, const ir::Values& expected, const Tolerance& tolerance) {
  Comparison comparison;
  for (const Surface& surface : kSurfaces) {
    std::map<std::string, Row> rows;
    for (const auto& [name, array] : expected) {
      if (first_part(name) != surface.name) continue;
      auto found = actual.find(name);
      if (found == actual.end()) {
        comparison.complaints.push_back("the program gives no " + name);
        continue;
      }
      const double e = error(found->second, array);
      const std::string tensor = last_part(name);
      const double bound = tolerance.doubles.contains({surface.name, tensor}) ? kDoubleBound : surface.bound;
      double noise = 0;
      for (const ir::Values& noisy : tolerance.noisy) noise = std::max(noise, error(noisy.at(name), array));
      const double allowed = std::max(bound, kNoise * noise) + tolerance.unit;
      Row& row = rows.try_emplace(tensor, Row{surface.name, tensor, 0, allowed, name}).first->second;
      row.bound = std::max(row.bound, allowed);
      if (e > row.error) row.error = e, row.worst = name;
    }
    for (auto& [tensor, row] : rows) comparison.rows.push_back(std::move(row));
  }
  for (const auto& [name, array] : actual) {
    if (first_part(name) != "start" && !expected.contains(name)) {
      comparison.complaints.push_back("nothing is expected of " + name);
    }
  }
  return comparison;
}

std::string table(const std::vector<Row>& rows) {
  size_t surface = 8, tensor = 8;
  for (const Row& row : rows) {
    surface = std::max(surface, row.surface.size() + 2);
    tensor = std::max(tensor, row.tensor.size() + 2);
  }
  std::string text = padded("surface", surface) + padded("tensor", tensor) + "largest error    bound\n";
  for (const Row& row : rows) {
    text += padded(row.surface, surface) + padded(row.tensor, tensor) + padded(number(row.error), 17) +
            number(row.bound) + (row.holds() ? "" : "  beyond its bound: " + row.worst) + "\n";
  }
  return text;
}

}  // namespace nnc::verify
