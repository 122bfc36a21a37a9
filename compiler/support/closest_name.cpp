#include "compiler/support/closest_name.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace nnc {
namespace {

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// How many letters must be put in, taken out, changed or swapped with their neighbour to get from one to the other.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Without what writers of names differ in: `LayerNorm` is `layer_norm`.
std::string plain(const std::string& name) {
  std::string letters;
  for (char c : name) {
    if (c != '_') letters += lower(c);
  }
  return letters;
}

/// `MSELoss`, `mse_loss`: mse, loss.
std::vector<std::string> words(const std::string& name) {
  std::vector<std::string> all;
  bool is_new = true;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_') {
      is_new = true;
      continue;
    }
    const bool after_small = i > 0 && !is_upper(name[i - 1]);
    const bool before_small = i + 1 < name.size() && !is_upper(name[i + 1]) && name[i + 1] != '_';
    if (is_new || (is_upper(name[i]) && (after_small || before_small))) all.emplace_back();
    is_new = false;
    all.back() += lower(name[i]);
  }
  return all;
}

/// Whether behind `count` words stands one that says what kind of thing they are: `MSELoss`.
bool ends_in_kind(const std::vector<std::string>& words, size_t count) {
  static constexpr const char* kKinds[] = {"loss",     "layer", "activation", "optimizer",
                                           "encoding", "rate",  "size",       "resolution"};
  return words.size() == count + 1 && std::find(std::begin(kKinds), std::end(kKinds), words.back()) != std::end(kKinds);
}

}  // namespace

std::string closest_name(const std::string& name, const std::vector<std::string>& candidates) {
  const std::string own = plain(name);
  for (const std::string& candidate : candidates) {
    if (candidate != name && plain(candidate) == own) return candidate;
  }
  std::string best;
  size_t allowed = name.size() < 3 ? 0 : name.size() < 6 ? 1 : 2;
  size_t least = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > name.size() + allowed || name.size() > candidate.size() + allowed) continue;
    size_t found = distance(own, plain(candidate));
    if (found < least && candidate != name) least = found, best = candidate;
  }
  if (!best.empty()) return best;
  const std::vector<std::string> has = words(name);
  size_t most = 0;
  for (const std::string& candidate : candidates) {
    const std::vector<std::string> wanted = words(candidate);
    const bool is_in = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
      return word.size() > 1 && std::find(has.begin(), has.end(), word) != has.end();
    });
    if (!is_in || wanted.size() <= most || wanted.size() >= has.size()) continue;
    const bool is_half = 2 * plain(candidate).size() >= own.size();
    if (is_half || wanted.size() > 1 || ends_in_kind(has, wanted.size())) most = wanted.size(), best = candidate;
  }
  return best;
}

}  // namespace nnc
