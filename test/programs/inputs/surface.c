/* Everything that C has of a model, in a program of its own; surface.cpp says the same in C++, and prints the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "surface_c.h"

enum { kSamples = 250 };

struct sample {
  float place[3];
  uint8_t kind;
  float lever;
  float color[2];
};
static struct sample samples[kSamples];
static float colors[kSamples][2];
static int32_t nexts[kSamples];

static void check(surface_Mixed_status status) {
  if (status == surface_Mixed_ok) return;
  fprintf(stderr, "%s\n", surface_Mixed_last_error());
  exit(1);
}

static void show(const char* what, const float* numbers, size_t count) {
  printf("%s:", what);
  for (size_t i = 0; i < count; ++i) printf(" %a", (double)numbers[i]);
  printf("\n");
}

static float number(unsigned* seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return (float)(*seed >> 8) / 16777216.0f;
}

static void fill_samples(void) {
  unsigned seed = 1;
  for (int i = 0; i < kSamples; ++i) {
    for (int k = 0; k < 3; ++k) samples[i].place[k] = number(&seed);
    samples[i].kind = (uint8_t)(i % 4);
    samples[i].lever = number(&seed);
    for (int k = 0; k < 2; ++k) samples[i].color[k] = number(&seed);
  }
}

/* As nn::Threads shares tasks out, in turns. */
static void execute(void* pool, int tasks, void (*task)(void* context, int number, int worker), void* context) {
  int workers = *(int*)pool;
  for (int w = 0; w < workers; ++w) {
    for (int t = tasks * w / workers; t < tasks * (w + 1) / workers; ++t) task(context, t, w);
  }
}

static void train(surface_Mixed_trainer* trainer, const surface_Mixed_inputs* in) {
  surface_Mixed_targets target = {{samples[0].color, sizeof(struct sample), 0}};
  surface_Mixed_step step;
  for (int i = 0; i < 3; ++i) {
    check(surface_Mixed_trainer_step(trainer, kSamples, in, &target, &step));
    printf("loss %a, %s\n", (double)step.loss, step.applied ? "applied" : "left out");
  }
  check(surface_Mixed_trainer_step(trainer, kSamples, in, &target, NULL));
}

static void own_loss(surface_Mixed_trainer* trainer, const surface_Mixed_inputs* in) {
  static float by_place[kSamples][3];
  surface_Mixed_outputs out = {{colors[0], 0, 0}, {NULL, 0, 0}};
  surface_Mixed_output_gradients d_out = {{colors[0], 0, 0}};
  surface_Mixed_input_gradients d_in = {{by_place[0], 0, 0}, {NULL, 0, 0}};
  bool applied = false;
  check(surface_Mixed_trainer_forward(trainer, kSamples, in, &out));
  check(surface_Mixed_trainer_backward(trainer, kSamples, &d_out, &d_in));
  show("gradients", surface_Mixed_trainer_gradients(trainer), surface_Mixed_weights_size());
  show("by place", by_place[0], 3 * kSamples);
  check(surface_Mixed_trainer_update(trainer, &applied));
  printf("%s\n", applied ? "applied" : "left out");
  check(surface_Mixed_trainer_forward(trainer, kSamples, in, &out));
  check(surface_Mixed_trainer_backward(trainer, kSamples, &d_out, NULL));
  check(surface_Mixed_trainer_update(trainer, NULL));
}

static void inference(const surface_Mixed_weights* weights, const surface_Mixed_inputs* in) {
  surface_Mixed_network* network;
  surface_Mixed_workspace* workspace;
  surface_Mixed_outputs out = {{colors[0], 0, 0}, {nexts, 0, 0}};
  surface_Mixed_sample one = {{0.5f, 0.25f, 0.125f}, 3, 1.0f};
  surface_Mixed_result result;
  surface_Mixed_result_gradient gradient = {{1.0f, -2.0f}};
  surface_Mixed_sample_gradient by_sample;
  surface_Mixed_inputs same = *in;
  check(surface_Mixed_network_create(weights, &network));
  check(surface_Mixed_network_assign(network, weights));
  check(surface_Mixed_workspace_create(&workspace));
  check(surface_Mixed_infer(network, kSamples, in, &out, workspace));
  show("colors", colors[0], 2 * kSamples);
  printf("next %d\n", (int)nexts[kSamples - 1]);
  check(surface_Mixed_evaluate(network, &one, &result));
  show("one", result.color, 2);
  printf("next %d\n", (int)result.next);
  check(surface_Mixed_differentiate(network, &one, &gradient, &by_sample));
  show("by its place", by_sample.place, 3);
  show("by its number", &by_sample.restrict_, 1);

  same.place.row_stride = surface_Mixed_same_row; /* feature-major results, of one place */
  out.color.row_stride = sizeof(float);
  out.color.element_stride = kSamples * (ptrdiff_t)sizeof(float);
  out.next.data = NULL;
  check(surface_Mixed_infer(network, kSamples, &same, &out, workspace));
  show("turned", colors[0], 2 * kSamples);
  surface_Mixed_network_destroy(network);
  surface_Mixed_workspace_destroy(workspace);
}

static void parameters(surface_Mixed_weights* weights) {
  float numbers[64];
  surface_Mixed_param param;
  for (size_t i = 0; i < surface_Mixed_param_count(); ++i) {
    check(surface_Mixed_param_at(i, &param));
    printf("%s at %u, %u numbers, rank %d, first extent %u\n", param.name, (unsigned)param.offset, (unsigned)param.size,
           param.rank, (unsigned)param.shape[0]);
    check(surface_Mixed_weights_get(weights, param.name, param.rank, param.shape, numbers));
    numbers[0] += 1;
    check(surface_Mixed_weights_set(weights, param.name, param.rank, param.shape, numbers));
  }
  show("weights", surface_Mixed_weights_data(weights), surface_Mixed_weights_size());
}

static void files(surface_Mixed_trainer* trainer, surface_Mixed_weights* weights, const surface_Mixed_inputs* in,
                  const char* path) {
  surface_Mixed_trainer* other;
  surface_Mixed_weights *loaded, *from_bytes, *copied;
  static char bytes[1 << 16];
  size_t size;
  uint64_t steps;
  FILE* file;
  check(surface_Mixed_trainer_save(trainer, path));
  check(surface_Mixed_trainer_create(weights, NULL, &other));
  check(surface_Mixed_trainer_restore(other, path));
  check(surface_Mixed_trainer_steps(other, &steps));
  printf("%u steps\n", (unsigned)steps);
  train(other, in);
  show("trained", surface_Mixed_trainer_data(other), surface_Mixed_weights_size());
  surface_Mixed_trainer_destroy(other);

  check(surface_Mixed_trainer_get_inference_weights(trainer, weights));
  check(surface_Mixed_weights_save(weights, path));
  check(surface_Mixed_weights_load(path, &loaded));
  file = fopen(path, "rb");
  size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  check(surface_Mixed_weights_load_bytes(bytes, size, &from_bytes));
  check(surface_Mixed_weights_copy(from_bytes, &copied));
  check(surface_Mixed_trainer_get_weights(trainer, weights));
  size = surface_Mixed_weights_size() * sizeof(float);
  printf("%d\n", memcmp(surface_Mixed_weights_data(loaded), surface_Mixed_weights_data(weights), size) == 0 &&
                     memcmp(surface_Mixed_weights_data(copied), surface_Mixed_weights_data(weights), size) == 0);
  inference(loaded, in);
  surface_Mixed_weights_destroy(loaded);
  surface_Mixed_weights_destroy(from_bytes);
  surface_Mixed_weights_destroy(copied);
}

static void plain(void) {
  double x[3][2] = {{1, 2}, {3, 4}, {5, 6}}, y[3];
  surface_Plain_inputs in = {{x[0], 0, 0}};
  surface_Plain_outputs out = {{y, 0, 0}};
  surface_Plain_weights* weights;
  surface_Plain_network* network;
  surface_Plain_workspace* workspace;
  surface_Plain_weights_create(0, &weights);
  surface_Plain_network_create(weights, &network);
  surface_Plain_workspace_create(&workspace);
  surface_Plain_infer(network, 3, &in, &out, workspace);
  printf("%g %g %g, %u params\n", y[0], y[1], y[2], (unsigned)surface_Plain_param_count());
  surface_Plain_workspace_destroy(workspace);
  surface_Plain_network_destroy(network);
  surface_Plain_weights_destroy(weights);
}

int main(int argc, char** argv) {
  int workers = 3;
  surface_Mixed_executor executor = {NULL, 3, execute};
  surface_Mixed_options options = {0, NULL};
  ptrdiff_t stride = sizeof(struct sample);
  surface_Mixed_inputs in = {
      {samples[0].place, stride, 0}, {&samples[0].kind, stride, 0}, {&samples[0].lever, stride, 0}};
  surface_Mixed_weights* weights;
  surface_Mixed_trainer* trainer;
  if (argc < 2) return 2;
  executor.pool = &workers;
  options.executor = &executor;
  fill_samples();
  check(surface_Mixed_weights_create(7, &weights));
  parameters(weights);
  check(surface_Mixed_trainer_create(weights, &options, &trainer));
  train(trainer, &in);
  own_loss(trainer, &in);
  files(trainer, weights, &in, argv[1]);
  surface_Mixed_trainer_destroy(trainer);
  surface_Mixed_weights_destroy(weights);
  plain();
  return 0;
}
