// One model twice in a program: as written, and smaller.
#include <cstdio>

#include "model/model.h"
#include "small/model.h"

int other();

int main() {
  const model::Weights weights(1);
  const small::Weights fewer(1);
  const model::Network network(weights);
  const float y = model::evaluate(network, {.x = {0.5f, 0.25f}}).y[0];
  std::printf("%zu and %zu weights, y is %s, %d\n", weights.size(), fewer.size(), y == y ? "a number" : "NaN", other());
}
