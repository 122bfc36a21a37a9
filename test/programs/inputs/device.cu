// What device.c does, by the C++ interface.
#include <cstdio>

#include "device_memory.h"
#include "two_layers.h"

int main() {
  using namespace two_layers;
  constexpr std::size_t kSamples = 300;
  static float numbers[3 * kSamples], y[2 * kSamples];
  for (std::size_t i = 0; i < 3 * kSamples; ++i) numbers[i] = static_cast<float>(i % 17) / 16.0f;
  auto* x = static_cast<float*>(to_device(numbers, sizeof numbers));
  auto* target = static_cast<float*>(to_device(numbers, sizeof y));
  auto* out = static_cast<float*>(to_device(y, sizeof y));
  auto* d_x = static_cast<float*>(to_device(numbers, sizeof numbers));

  Trainer trainer{Weights(3)};
  for (int i = 0; i < 3; ++i) {
    trainer.step(nullptr, {{x, kSamples}}, {{target, kSamples}});
    const Step step = trainer.last_step(nullptr);
    std::printf("%a %d\n", static_cast<double>(step.loss), step.applied);
  }
  trainer.forward(nullptr, {{x, kSamples}}, {{out, kSamples}});
  trainer.backward(nullptr, {{out, kSamples}}, {{d_x, kSamples}});
  trainer.update(nullptr);
  from_device(d_x, numbers, sizeof numbers);
  std::printf("%a\n", static_cast<double>(numbers[3 * kSamples - 1]));
  from_device(trainer.gradients(), numbers, sizeof(float));
  std::printf("%a\n", static_cast<double>(numbers[0]));

  save("cpp.safetensors", trainer);
  Trainer other{Weights(3)};
  restore(other, "cpp.safetensors");
  std::printf("%d\n", static_cast<int>(other.steps(nullptr)));
  const Weights weights = other.weights(nullptr);
  std::printf("%a 1\n", static_cast<double>(weights.data()[0]));

  const Network network(weights);
  Workspace workspace;
  infer(nullptr, network, {{x, kSamples}}, {{out, kSamples}}, workspace);
  from_device(out, y, sizeof y);
  for (const float each : y) std::printf("%a ", static_cast<double>(each));
  const Result one = evaluate(network, Sample{{0.5f, 0.25f, 1.0f}});
  std::printf("%a %a\n", static_cast<double>(one.y[0]), static_cast<double>(one.y[1]));
}
