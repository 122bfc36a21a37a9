// Whole training steps and inference of generated code, as samples a second and as a share of the FMA peak.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "image_2e14/image.h"
#include "image_2e19/image.h"
#include "measure.h"
#include "nn/random.h"
#include "plain/plain.h"
#include "radiance_cache_dense/radiance_cache_dense.h"

namespace {

using nnc::bench::Timing;

struct Workload {
  const char* name;
  int inputs, outputs;
  std::size_t batch;
  double low, high;      // of the inputs
  double multiply_adds;  // of the dense layers, a sample
  double first_layer;    // of them; its input gradient is not computed where the inputs are the caller's
};

/// Uniform numbers in [low, high).
std::vector<float> numbers(std::size_t count, std::uint64_t seed, double low, double high) {
  std::vector<float> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    all[i] = static_cast<float>(low + (high - low) * nn::unit_uniform(nn::random_word(seed, 0, i)));
  }
  return all;
}

void print(const Workload& workload, const char* mode, int threads, double flop, const Timing& timing) {
  const double batch = static_cast<double>(workload.batch);
  const double share = 100 * flop * batch / timing.seconds.median / (timing.peak.median * threads);
  std::printf("%-21s %-6s %7zu %8d %10.3f [%8.3f %8.3f] %7.1f %% %8.1f %6.2f\n", workload.name, mode, workload.batch,
              threads, batch / timing.seconds.median / 1e6, batch / timing.seconds.high / 1e6,
              batch / timing.seconds.low / 1e6, share, timing.peak.median / 1e9, timing.undisturbed);
  std::fflush(stdout);
}

/// A model's generated types, by the words that they share.
template <class Weights, class Trainer, class Options, class Inputs, class Targets, class Network, class Outputs,
          class Workspace>
void run(const Workload& workload) {
  constexpr int kRepeats = 7;
  const auto x = numbers(workload.batch * static_cast<std::size_t>(workload.inputs), 1, workload.low, workload.high);
  const auto t = numbers(workload.batch * static_cast<std::size_t>(workload.outputs), 2, 0, 1);
  std::vector<float> y(t.size());
  const Weights weights(3);
  for (const int threads : {1, 2}) {
    Options options;
    options.threads = threads;
    Trainer trainer(weights, options);
    const Timing timing = nnc::bench::measure(threads, kRepeats, [&] { trainer.step(Inputs{x}, Targets{t}); });
    print(workload, "train", threads, 6 * workload.multiply_adds - 2 * workload.first_layer, timing);
  }
  const Network network(weights);
  const auto workspace = std::make_unique<Workspace>();
  const Timing timing = nnc::bench::measure(1, kRepeats, [&] { infer(network, Inputs{x}, Outputs{y}, *workspace); });
  print(workload, "infer", 1, 2 * workload.multiply_adds, timing);
}

#define NNC_RUN(model, workload)                                                                                       \
  if (!filter || std::strstr((workload).name, filter)) {                                                               \
    run<model::Weights, model::Trainer, model::Options, model::Inputs, model::Targets, model::Network, model::Outputs, \
        model::Workspace>(workload);                                                                                   \
  }

}  // namespace

int main(int argc, char** argv) {
  const char* filter = argc > 1 ? argv[1] : nullptr;
  const double image = 32 * 64 + 64 * 64 + 64 * 3, cache = 5 * 64 * 64 + 64 * 16, plain = 32 * 64 + 64 * 64 + 64 * 16;
  std::printf("%-21s %-6s %7s %8s %10s %19s %9s %8s %6s\n", "workload", "mode", "batch", "threads", "M/s",
              "[quartiles]", "of peak", "GFLOP/s", "had");
  NNC_RUN(plain, (Workload{"plain", 32, 16, 1 << 14, -1, 1, plain, 32 * 64}));
  NNC_RUN(radiance_cache_dense, (Workload{"radiance_cache_dense", 64, 16, 1 << 14, -1, 1, cache, 64 * 64}));
  NNC_RUN(image_2e14, (Workload{"image_2e14", 2, 3, 1 << 16, 0, 1, image, 0}));
  NNC_RUN(image_2e19, (Workload{"image_2e19", 2, 3, 1 << 16, 0, 1, image, 0}));
}
