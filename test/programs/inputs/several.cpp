// One model at two widths and another model in one program: each learns what it learns alone, one after the other or
// each in a thread of its own, and one Network serves several threads.
#include "several.h"

#include <array>
#include <thread>
#include <vector>

#include "large/image.h"
#include "small/image.h"
#include "two_layers.h"

namespace {

constexpr std::size_t kSamples = 200;

template <std::size_t N>
std::vector<std::array<float, N>> numbers(unsigned seed) {
  std::vector<std::array<float, N>> rows(kSamples);
  for (auto& row : rows) {
    for (float& x : row) x = static_cast<float>((seed = seed * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
  }
  return rows;
}

/// A trainer with its batch.
template <class Trainer, class Weights, std::size_t I, std::size_t O>
class Learner {
 public:
  float step() { return trainer_.step({in_}, {target_}).loss; }

 private:
  Trainer trainer_{Weights(3)};
  std::vector<std::array<float, I>> in_ = numbers<I>(1);
  std::vector<std::array<float, O>> target_ = numbers<O>(2);
};
using Large = Learner<large::Trainer, large::Weights, 2, 3>;
using Small = Learner<small::Trainer, small::Weights, 2, 3>;
using Other = Learner<two_layers::Trainer, two_layers::Weights, 3, 2>;

void train(const Losses& l, const Losses& s, const Losses& o) {
  Large large;
  Small small;
  Other other;
  Losses a, b, c;
  for (int i = 0; i < 5; ++i) a.push_back(large.step()), b.push_back(small.step()), c.push_back(other.step());
  say("in turns as alone", a == l && b == s && c == o);

  Losses x, y, z;
  std::thread first([&] { x = alone<Large, 5>(); }), second([&] { y = alone<Small, 5>(); });
  z = alone<Other, 5>();
  first.join(), second.join();
  say("at once as alone", x == l && y == s && z == o);
}

/// `infer`, and `evaluate` of each sample, of one Network by several threads.
void share() {
  const small::Network network(small::Weights(3));
  const auto in = numbers<2>(5);
  const auto outputs = [&] {
    std::vector<std::array<float, 3>> out(kSamples);
    small::Workspace workspace;
    small::infer(network, {in}, {out}, workspace);
    for (const auto& x : in) out.push_back(small::evaluate(network, {x}).color);
    return out;
  };
  const auto expected = outputs();
  std::vector<std::vector<std::array<float, 3>>> found(4);
  std::vector<std::thread> threads;
  for (auto& each : found) threads.emplace_back([&each, &outputs] { each = outputs(); });
  for (std::thread& thread : threads) thread.join();
  bool is_same = true;
  for (const auto& each : found) is_same = is_same && each == expected;
  say("one network, four threads", is_same);
}

}  // namespace

int main() {
  const Losses large = alone<Large, 5>(), small = alone<Small, 5>(), other = alone<Other, 5>();
  say("the losses fall", large[4] < large[0] && small[4] < small[0] && other[4] < other[0]);
  say("widths differ", large::Weights::kSize > small::Weights::kSize && large != small);
  train(large, small, other);
  share();
}
