/* Everything that the functions of C can be given wrong: what they return, and what they say. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>

#include "surface_c.h"

static void show(surface_Mixed_status status) { printf("%d %s\n", (int)status, surface_Mixed_last_error()); }

static float rows[8][4];
static uint8_t kinds[8];
static const surface_Mixed_inputs in = {{rows[0], 16, 0}, {kinds, 0, 0}, {rows[0], 16, 0}};
static const surface_Mixed_targets target = {{rows[0], 16, 0}};

static void null_pointers(surface_Mixed_weights* weights, surface_Mixed_network* network,
                          surface_Mixed_workspace* workspace, surface_Mixed_trainer* trainer) {
  surface_Mixed_outputs out = {{rows[0], 16, 0}, {NULL, 0, 0}};
  surface_Mixed_sample one = {{0}, 0, 0};
  surface_Mixed_result result;
  surface_Mixed_result_gradient gradient = {{0}};
  surface_Mixed_inputs without = in;
  surface_Mixed_targets no_target = {{NULL, 0, 0}};
  surface_Mixed_output_gradients no_gradient = {{NULL, 0, 0}};
  show(surface_Mixed_weights_create(0, NULL));
  show(surface_Mixed_weights_copy(NULL, &weights));
  show(surface_Mixed_weights_load(NULL, &weights));
  show(surface_Mixed_weights_load_bytes(NULL, 0, &weights));
  show(surface_Mixed_weights_save(weights, NULL));
  show(surface_Mixed_weights_get(weights, "linear_0.weight", 2, NULL, rows[0]));
  show(surface_Mixed_weights_get(weights, NULL, 0, NULL, rows[0]));
  show(surface_Mixed_network_create(NULL, &network));
  show(surface_Mixed_infer(NULL, 8, &in, &out, workspace));
  show(surface_Mixed_infer(network, 8, NULL, &out, workspace));
  show(surface_Mixed_infer(network, 8, &in, NULL, workspace));
  show(surface_Mixed_infer(network, 8, &in, &out, NULL));
  show(surface_Mixed_evaluate(network, NULL, &result));
  show(surface_Mixed_evaluate(network, &one, NULL));
  show(surface_Mixed_differentiate(network, &one, NULL, NULL));
  show(surface_Mixed_differentiate(network, &one, &gradient, NULL));
  show(surface_Mixed_trainer_step(NULL, 8, &in, &target, NULL));
  show(surface_Mixed_trainer_steps(trainer, NULL));
  without.kind.data = NULL;
  show(surface_Mixed_infer(network, 8, &without, &out, workspace));
  show(surface_Mixed_trainer_step(trainer, 8, &without, &target, NULL));
  show(surface_Mixed_trainer_step(trainer, 8, &in, &no_target, NULL));
  show(surface_Mixed_trainer_backward(trainer, 8, &no_gradient, NULL));
  printf("%d\n", surface_Mixed_weights_data(NULL) == NULL && surface_Mixed_trainer_data(NULL) == NULL &&
                     surface_Mixed_trainer_gradients(NULL) == NULL);
  surface_Mixed_weights_destroy(NULL);
  surface_Mixed_network_destroy(NULL);
  surface_Mixed_workspace_destroy(NULL);
  surface_Mixed_trainer_destroy(NULL);
}

static void rows_that_differ(surface_Mixed_trainer* trainer) {
  surface_Mixed_outputs out = {{rows[0], 16, 0}, {NULL, 0, 0}};
  surface_Mixed_output_gradients gradients = {{rows[0], 16, 0}};
  surface_Mixed_step step = {1, true};
  show(surface_Mixed_trainer_forward(trainer, 8, &in, &out));
  show(surface_Mixed_trainer_backward(trainer, 7, &gradients, NULL));
  printf("%d ", (int)surface_Mixed_trainer_step(trainer, 0, &in, &target, &step));
  printf("%g %d\n", (double)step.loss, step.applied);
  rows[7][1] = NAN;
  printf("%d ", (int)surface_Mixed_trainer_step(trainer, 8, &in, &target, &step));
  printf("%d %d\n", isnan(step.loss) != 0, step.applied);
  rows[7][1] = 0;
}

static void names_and_shapes(surface_Mixed_weights* weights) {
  static const uint64_t shape[2] = {6, 6}, turned[2] = {2, 36};
  surface_Mixed_param param;
  show(surface_Mixed_weights_get(weights, "linear_0.weight", 2, shape, NULL));
  show(surface_Mixed_weights_get(weights, "linear_9.weight", 2, shape, rows[0]));
  show(surface_Mixed_weights_set(weights, "linear_0.weight", 2, turned, rows[0]));
  show(surface_Mixed_weights_set(weights, "linear_0.weight", 1, shape, rows[0]));
  show(surface_Mixed_weights_set(weights, "linear_0.weight", -1, shape, rows[0]));
  show(surface_Mixed_param_at(surface_Mixed_param_count(), &param));
  show(surface_Mixed_param_at(0, NULL));
}

static void files(surface_Mixed_weights* weights, surface_Mixed_trainer* trainer) {
  surface_Mixed_weights* untouched = weights;
  surface_Plain_weights* plain;
  show(surface_Mixed_weights_load("no/such.safetensors", &untouched));
  show(surface_Mixed_weights_save(weights, "no/such.safetensors"));
  show(surface_Mixed_weights_load_bytes("abc", 3, &untouched));
  show(surface_Mixed_weights_save(weights, "weights.safetensors"));
  show(surface_Mixed_trainer_restore(trainer, "weights.safetensors"));
  printf("%d ", (int)surface_Plain_weights_load("weights.safetensors", &plain));
  printf("%s\n%d\n", surface_Plain_last_error(), untouched == weights);
}

static void pools(const surface_Mixed_weights* weights) {
  surface_Mixed_trainer* trainer;
  surface_Mixed_executor executor = {NULL, 0, NULL};
  surface_Mixed_options options = {1, NULL};
  options.executor = &executor;
  show(surface_Mixed_trainer_create(weights, &options, &trainer));
  executor.workers = 2;
  show(surface_Mixed_trainer_create(weights, &options, &trainer));
}

static void* fail_elsewhere(void* weights) {
  printf("[%s]\n", surface_Mixed_last_error());
  show(surface_Mixed_weights_save(weights, NULL));
  return NULL;
}

/* Each thread has its own last error. */
static void threads(surface_Mixed_weights* weights) {
  pthread_t thread;
  pthread_create(&thread, NULL, fail_elsewhere, weights);
  pthread_join(thread, NULL);
  printf("%s\n", surface_Mixed_last_error());
}

int main(void) {
  surface_Mixed_weights* weights;
  surface_Mixed_network* network;
  surface_Mixed_workspace* workspace;
  surface_Mixed_trainer* trainer;
  show(surface_Mixed_weights_create(0, &weights));
  surface_Mixed_network_create(weights, &network);
  surface_Mixed_workspace_create(&workspace);
  surface_Mixed_trainer_create(weights, NULL, &trainer);
  null_pointers(weights, network, workspace, trainer);
  rows_that_differ(trainer);
  names_and_shapes(weights);
  files(weights, trainer);
  pools(weights);
  threads(weights);
  surface_Mixed_weights_destroy(weights);
  surface_Mixed_network_destroy(network);
  surface_Mixed_workspace_destroy(workspace);
  surface_Mixed_trainer_destroy(trainer);
  return 0;
}
