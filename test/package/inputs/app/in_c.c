/* What the embedded weights give, asked by C. */
#include "pair_c.h"

double of_c(void) {
  shipped_weights* weights;
  shipped_network* network;
  shipped_sample sample = {{1, 2}};
  shipped_result result = {{0}};
  shipped_weights_embedded(&weights);
  shipped_network_create(weights, &network);
  shipped_evaluate(network, &sample, &result);
  shipped_network_destroy(network);
  shipped_weights_destroy(weights);
  return result.y[0];
}
