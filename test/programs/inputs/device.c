/* The functions of C for a device: device.cu says the same in C++, and prints the same. */
#include <stdio.h>
#include <stdlib.h>

#include "device_memory.h"
#include "two_layers_c.h"

enum { kSamples = 300 };

static void check(two_layers_status status) {
  if (status == two_layers_ok) return;
  fprintf(stderr, "%s\n", two_layers_last_error());
  exit(1);
}

static void mistakes(const two_layers_network* network, two_layers_workspace* workspace, two_layers_trainer* trainer) {
  two_layers_inputs in = {{NULL, 0, 0}};
  two_layers_outputs out = {{NULL, 0, 0}};
  two_layers_status status = two_layers_infer(network, 5, &in, &out, workspace, NULL);
  fprintf(stderr, "%d %s\n", (int)status, two_layers_last_error());
  status = two_layers_trainer_last_step(trainer, NULL, NULL);
  fprintf(stderr, "%d %s\n", (int)status, two_layers_last_error());
  status = two_layers_trainer_restore(trainer, "none", NULL);
  fprintf(stderr, "%d %s\n", (int)status, two_layers_last_error());
}

int main(void) {
  static float numbers[3 * kSamples], y[2 * kSamples];
  two_layers_inputs in = {{NULL, 0, 0}};
  two_layers_targets target = {{NULL, 0, 0}};
  two_layers_outputs out = {{NULL, 0, 0}};
  two_layers_output_gradients d_out = {{NULL, 0, 0}};
  two_layers_input_gradients d_in = {{NULL, 0, 0}};
  two_layers_sample one = {{0.5f, 0.25f, 1.0f}};
  two_layers_result result;
  two_layers_weights* weights;
  two_layers_network* network;
  two_layers_workspace* workspace;
  two_layers_trainer *trainer, *other;
  two_layers_step step;
  uint64_t steps;
  for (int i = 0; i < 3 * kSamples; ++i) numbers[i] = (float)(i % 17) / 16.0f;
  in.x.data = to_device(numbers, sizeof numbers);
  target.y.data = to_device(numbers, sizeof y);
  out.y.data = to_device(y, sizeof y);
  d_out.y.data = out.y.data;
  d_in.x.data = to_device(numbers, sizeof numbers);

  check(two_layers_weights_create(3, &weights));
  check(two_layers_trainer_create(weights, &trainer, NULL));
  for (int i = 0; i < 3; ++i) {
    check(two_layers_trainer_step(trainer, kSamples, &in, &target, NULL));
    check(two_layers_trainer_last_step(trainer, &step, NULL));
    printf("%a %d\n", (double)step.loss, step.applied);
  }
  check(two_layers_trainer_forward(trainer, kSamples, &in, &out, NULL));
  check(two_layers_trainer_backward(trainer, kSamples, &d_out, &d_in, NULL));
  check(two_layers_trainer_update(trainer, NULL));
  from_device(d_in.x.data, numbers, sizeof numbers);
  printf("%a\n", (double)numbers[3 * kSamples - 1]);
  from_device(two_layers_trainer_gradients(trainer), numbers, sizeof(float));
  printf("%a\n", (double)numbers[0]);

  check(two_layers_trainer_save(trainer, "c.safetensors", NULL));
  check(two_layers_trainer_create(weights, &other, NULL));
  check(two_layers_trainer_restore(other, "c.safetensors", NULL));
  check(two_layers_trainer_steps(other, &steps, NULL));
  printf("%d\n", (int)steps);
  check(two_layers_trainer_get_inference_weights(other, weights, NULL));
  check(two_layers_trainer_get_weights(other, weights, NULL));
  from_device(two_layers_trainer_data(other), numbers, sizeof(float));
  printf("%a %d\n", (double)numbers[0], numbers[0] == two_layers_weights_data(weights)[0]);

  check(two_layers_network_create(weights, &network, NULL));
  check(two_layers_network_assign(network, weights, NULL));
  check(two_layers_workspace_create(&workspace));
  check(two_layers_infer(network, kSamples, &in, &out, workspace, NULL));
  from_device(out.y.data, y, sizeof y);
  for (int i = 0; i < 2 * kSamples; ++i) printf("%a ", (double)y[i]);
  check(two_layers_evaluate(network, &one, &result));
  printf("%a %a\n", (double)result.y[0], (double)result.y[1]);
  mistakes(network, workspace, trainer);
  two_layers_workspace_destroy(workspace);
  two_layers_network_destroy(network);
  two_layers_trainer_destroy(trainer);
  two_layers_trainer_destroy(other);
  two_layers_weights_destroy(weights);
  return 0;
}
