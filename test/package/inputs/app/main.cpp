// One model twice in a program, as written and smaller; a file of two models, and one of them with its weights.
#include <cstdio>

#include "model/model.h"
#include "pair/pair.h"
#include "shipped/pair.h"
#include "small/model.h"

int other();
extern "C" double of_c(void);

int main() {
  const model::Weights weights(1);
  const small::Weights fewer(1);
  const model::Network network(weights);
  const float y = model::evaluate(network, {.x = {0.5f, 0.25f}}).y[0];
  std::printf("%zu and %zu weights, y is %s, %d\n", weights.size(), fewer.size(), y == y ? "a number" : "NaN", other());
  const shipped::Network trained(shipped::embedded());
  std::printf("C finds %g\n", of_c());
  std::printf("a pair of %zu and %zu weights; those of the first give %g\n", pair::First::Weights::kSize,
              pair::Second::Weights::kSize, static_cast<double>(shipped::evaluate(trained, {.x = {1, 2}}).y[0]));
}
