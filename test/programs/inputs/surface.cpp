// What surface.c does, by the C++ interface.
#include "surface.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

using namespace surface::Mixed;
constexpr std::size_t kSamples = 250;

struct Row {
  float place[3];
  std::uint8_t kind;
  float lever;
  float color[2];
};
Row samples[kSamples];
float colors[kSamples][2];
std::int32_t nexts[kSamples];

void show(const char* what, const float* numbers, std::size_t count) {
  std::printf("%s:", what);
  for (std::size_t i = 0; i < count; ++i) std::printf(" %a", static_cast<double>(numbers[i]));
  std::printf("\n");
}

float number(unsigned& seed) {
  seed = seed * 1664525u + 1013904223u;
  return static_cast<float>(seed >> 8) / 16777216.0f;
}

void fill_samples() {
  unsigned seed = 1;
  for (std::size_t i = 0; i < kSamples; ++i) {
    for (float& x : samples[i].place) x = number(seed);
    samples[i].kind = static_cast<std::uint8_t>(i % 4);
    samples[i].lever = number(seed);
    for (float& x : samples[i].color) x = number(seed);
  }
}

Inputs inputs(std::ptrdiff_t place_stride = sizeof(Row)) {
  return {{samples[0].place, kSamples, place_stride},
          {&samples[0].kind, kSamples, sizeof(Row)},
          {&samples[0].lever, kSamples, sizeof(Row)}};
}

void train(Trainer& trainer) {
  const Targets target = {{samples[0].color, kSamples, sizeof(Row)}};
  for (int i = 0; i < 3; ++i) {
    const Step step = trainer.step(inputs(), target);
    std::printf("loss %a, %s\n", static_cast<double>(step.loss), step.applied ? "applied" : "left out");
  }
  trainer.step(inputs(), target);
}

void own_loss(Trainer& trainer) {
  static float by_place[kSamples][3];
  trainer.forward(inputs(), {{colors[0], kSamples}, {}});
  trainer.backward({{colors[0], kSamples}}, {{by_place[0], kSamples}, {}});
  show("gradients", trainer.gradients(), Weights::kSize);
  show("by place", by_place[0], 3 * kSamples);
  std::printf("%s\n", trainer.update() ? "applied" : "left out");
  trainer.forward(inputs(), {{colors[0], kSamples}, {}});
  trainer.backward({{colors[0], kSamples}});
  trainer.update();
}

void inference(const Weights& weights) {
  const Network network(weights);
  Workspace workspace;
  infer(network, inputs(), {{colors[0], kSamples}, {nexts, kSamples}}, workspace);
  show("colors", colors[0], 2 * kSamples);
  std::printf("next %d\n", static_cast<int>(nexts[kSamples - 1]));
  const Result result = evaluate(network, {{0.5f, 0.25f, 0.125f}, 3, 1.0f});
  show("one", result.color.data(), 2);
  std::printf("next %d\n", static_cast<int>(result.next));
  const SampleGradient gradient = differentiate(network, {{0.5f, 0.25f, 0.125f}, 3, 1.0f}, {{1.0f, -2.0f}});
  show("by its place", gradient.place.data(), 3);
  show("by its number", &gradient.restrict, 1);
  infer(network, inputs(0), {{colors[0], kSamples, sizeof(float), kSamples * sizeof(float)}, {}}, workspace);
  show("turned", colors[0], 2 * kSamples);
}

void parameters(Weights& weights) {
  const auto change = [](const char* name, std::size_t offset, std::size_t size, int rank, int extent, float* numbers) {
    std::printf("%s at %zu, %zu numbers, rank %d, first extent %d\n", name, offset, size, rank, extent);
    numbers[0] += 1;
  };
  change("embedding_0.table", At::embedding_0_table, 8, 2, 4, weights.embedding_0_table());
  change("linear_0.weight", At::linear_0_weight, 36, 2, 6, weights.linear_0_weight());
  change("linear_0.offset", At::linear_0_offset, 6, 1, 6, weights.linear_0_offset());
  change("linear_1.weight", At::linear_1_weight, 12, 2, 2, weights.linear_1_weight());
  change("linear_1.offset", At::linear_1_offset, 2, 1, 2, weights.linear_1_offset());
  show("weights", weights.data(), Weights::kSize);
}

void files(Trainer& trainer, Weights& weights, const char* path) {
  save(path, trainer);
  Trainer other(weights);
  restore(other, path);
  std::printf("%u steps\n", static_cast<unsigned>(other.steps()));
  train(other);
  show("trained", other.weights().data(), Weights::kSize);

  save(path, trainer.inference_weights());
  const Weights loaded = load(path);
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const Weights from_bytes = load(bytes.data(), bytes.size());
  weights = trainer.weights();
  const std::size_t size = Weights::kSize * sizeof(float);
  std::printf("%d\n", std::memcmp(loaded.data(), weights.data(), size) == 0 &&
                          std::memcmp(from_bytes.data(), weights.data(), size) == 0);
  inference(loaded);
}

void plain() {
  double x[3][2] = {{1, 2}, {3, 4}, {5, 6}}, y[3];
  const surface::Plain::Network network(surface::Plain::Weights(0));
  surface::Plain::Workspace workspace;
  infer(network, {{x[0], 3}}, {{y, 3}}, workspace);
  std::printf("%g %g %g, %zu params\n", y[0], y[1], y[2], surface::Plain::Weights::kSize);
}

}  // namespace

int main(int, char** argv) {
  fill_samples();
  Weights weights(7);
  parameters(weights);
  nn::Threads pool(3);
  Trainer trainer(weights, {1, &pool});
  train(trainer);
  own_loss(trainer);
  files(trainer, weights, argv[1]);
  plain();
}
