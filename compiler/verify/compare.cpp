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
constexpr double kNoise = 1.5;          // how much of what noise does to an element is allowed
constexpr double kUsualNoise = 4;       // and of what it does to half of the elements
constexpr double kBesideNoise = 0.2;    // the share of a fixed bound that is left where noise has been measured

std::string first_part(const std::string& name) { return name.substr(0, name.find('/')); }
std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

/// The unit of a tensor's errors.
double largest_number(const ir::Array& array) {
  double largest = 1e-2;
  for (double e : array.elements) largest = std::max(largest, std::isfinite(e) ? std::fabs(e) : 0);
  return largest;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// How far the draws are from a number; infinite where one of them is none.
double distance(double least, double most, double expected) {
  if (same(least, expected) && same(most, expected)) return 0;
  const double farthest = std::max(most - expected, expected - least);
  return std::isfinite(farthest) ? farthest : kInfinity;
}

/// How far each element of a result may be from what is expected, in its own units.
std::vector<double> allowances(const std::string& name, const ir::Array& expected, double bound,
                               const Tolerance& tolerance) {
  const double largest = largest_number(expected);
  std::vector<double> allowed(expected.elements.size(), 0);
  const auto low = tolerance.spread.low.find(name);
  if (low != tolerance.spread.low.end()) {
    const std::vector<double>&least = low->second.elements, &most = tolerance.spread.high.at(name).elements;
    for (size_t i = 0; i < allowed.size(); ++i) allowed[i] = distance(least[i], most[i], expected.elements[i]);
    // Where most of a tensor is noise, the draws have missed some of it.
    std::vector<double> sorted = allowed;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double usual = sorted.empty() ? 0 : kUsualNoise * *middle;
    for (double& each : allowed) each = std::max(kNoise * each, usual);
    bound *= kBesideNoise;
  }
  for (double& each : allowed) each = std::max(each, bound * largest) + tolerance.unit * largest;
  return allowed;
}

void compare(const ir::Array& actual, const ir::Array& expected, const std::vector<double>& allowed,
             const std::string& name, Row& row) {
  if (actual.elements.size() != expected.elements.size()) {
    row.error = kInfinity, row.worst = name;
    return;
  }
  const double largest = largest_number(expected);
  for (size_t i = 0; i < allowed.size(); ++i) {
    const double a = actual.elements[i], e = expected.elements[i];
    if (same(a, e) || std::isinf(allowed[i])) continue;
    const double d = std::isfinite(a - e) ? std::fabs(a - e) / largest : kInfinity, bound = allowed[i] / largest;
    if (d * row.bound > row.error * bound) row.error = d, row.bound = bound, row.worst = name;
  }
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

std::string padded(const std::string& text, size_t width) { return text + std::string(width - text.size(), ' '); }

}  // namespace

void Spread::add(const ir::Values& draw) {
  for (const auto& [name, array] : draw) {
    const bool is_new = low.emplace(name, array).second;
    high.emplace(name, array);
    if (is_new) continue;
    std::vector<double>&least = low.at(name).elements, &most = high.at(name).elements;
    for (size_t i = 0; i < array.elements.size(); ++i) {
      const double number = array.elements[i];
      if (std::isnan(number)) least[i] = most[i] = number;
      if (number < least[i]) least[i] = number;
      if (number > most[i]) most[i] = number;
    }
  }
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
      const std::string tensor = last_part(name);
      const double bound = tolerance.doubles.contains({surface.name, tensor}) ? kDoubleBound : surface.bound;
      Row& row = rows.try_emplace(tensor, Row{surface.name, tensor, 0, bound + tolerance.unit, name}).first->second;
      compare(found->second, array, allowances(name, array, bound, tolerance), name, row);
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
