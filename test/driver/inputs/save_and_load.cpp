// Saves the weights of a seed; with EMBEDDED, compares what the source holds, and what a file's bytes give, with them.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "nn/weights_file.h"

namespace {

[[maybe_unused]] const char* same(const small::Weights& a, const small::Weights& b) {
  return std::equal(a.data(), a.data() + a.size(), b.data()) ? "the same" : "not the same";
}

}  // namespace

int main(int, char** argv) {
  const small::Weights weights(11);
#ifdef EMBEDDED
  std::printf("embedded: %s\n", same(small::embedded(), weights));
  std::ifstream in(argv[1], std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  std::printf("bytes: %s\n", same(small::load(bytes.data(), bytes.size()), weights));
  try {
    small::load(bytes.data(), 3);
  } catch (const nn::FileError& error) { std::printf("%s\n", error.what()); }
#else
  small::save(argv[1], weights);
#endif
}
