// One model at two widths and another model in one program for a device: each learns in turns what it learns alone.
#include <vector>

#include "large/image.h"
#include "nn/cuda/buffer.h"
#include "several.h"
#include "small/image.h"
#include "two_layers.h"

namespace {

constexpr std::size_t kSamples = 200;

nn::cuda::DeviceBuffer<float> numbers(std::size_t count, unsigned seed) {
  std::vector<float> host(count);
  for (float& x : host) x = static_cast<float>((seed = seed * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
  nn::cuda::DeviceBuffer<float> device(count);
  device.upload(host.data(), nullptr);
  return device;
}

/// A trainer with its batch.
template <class Trainer, class Weights, std::size_t I, std::size_t O>
class Learner {
 public:
  float step() {
    trainer_.step(nullptr, {{in_.data(), kSamples}}, {{target_.data(), kSamples}});
    return trainer_.last_step(nullptr).loss;
  }

 private:
  Trainer trainer_{Weights(3)};
  nn::cuda::DeviceBuffer<float> in_ = numbers(kSamples * I, 1), target_ = numbers(kSamples * O, 2);
};
using Large = Learner<large::Trainer, large::Weights, 2, 3>;
using Small = Learner<small::Trainer, small::Weights, 2, 3>;
using Other = Learner<two_layers::Trainer, two_layers::Weights, 3, 2>;

/// Two calls of `infer` with one Network, each with a workspace of its own, and `evaluate` on the host.
void share() {
  const small::Network network(small::Weights(3));
  const auto in = numbers(kSamples * 2, 5);
  nn::cuda::DeviceBuffer<float> first(kSamples * 3), second(kSamples * 3);
  small::Workspace a, b;
  small::infer(nullptr, network, {{in.data(), kSamples}}, {{first.data(), kSamples}}, a);
  small::infer(nullptr, network, {{in.data(), kSamples}}, {{second.data(), kSamples}}, b);
  std::vector<float> x(kSamples * 3), y(kSamples * 3), place(kSamples * 2);
  first.download(x.data(), nullptr), second.download(y.data(), nullptr), in.download(place.data(), nullptr);
  nn::cuda::check(cudaStreamSynchronize(nullptr), "wait for the device");
  const small::Result one = small::evaluate(network, {{place[0], place[1]}});
  say("one network, two workspaces", x == y && one.color[0] - x[0] < 1e-5f && x[0] - one.color[0] < 1e-5f);
}

}  // namespace

int main() {
  const Losses large = alone<Large, 3>(), small = alone<Small, 3>(), other = alone<Other, 3>();
  say("the losses fall", large[2] < large[0] && small[2] < small[0] && other[2] < other[0]);
  say("widths differ", large::Weights::kSize > small::Weights::kSize && large != small);
  Large l;
  Small s;
  Other o;
  Losses a, b, c;
  for (int i = 0; i < 3; ++i) a.push_back(l.step()), b.push_back(s.step()), c.push_back(o.step());
  say("in turns as alone", a == large && b == small && c == other);
  share();
}
