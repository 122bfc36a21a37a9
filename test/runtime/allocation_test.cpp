// What runs in a step takes no memory from the heap: a count of every operator new says so.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include "nn/aligned.h"
#include "nn/cpu/dense.h"
#include "nn/cpu/math.h"
#include "nn/cpu/rows.h"
#include "nn/cpu/sample.h"
#include "nn/cpu/table.h"
#include "nn/threads.h"

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* p = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
}  // namespace

// Not inlined: g++ would see half of a pair and call it mismatched.
NN_NOINLINE void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
NN_NOINLINE void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
NN_NOINLINE void operator delete(void* p) noexcept { std::free(p); }
NN_NOINLINE void operator delete(void* p, std::size_t) noexcept { std::free(p); }
NN_NOINLINE void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
NN_NOINLINE void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using nn::Vec;

constexpr int I = 5, O = 21, T = 96, kRows = 100;

/// A step by hand: rows in, a layer, its gradients, a table, rows out, one sample, on two threads.
struct Step {
  nn::Threads threads{2};
  nn::AlignedBuffer<float> x{I * T * 2}, y{O * T * 2}, w{O * I}, dw{nn::WeightGradient<O, I>::size * 2},
      db{O * nn::kLanes * 2};
  nn::AlignedBuffer<float> batch{I * kRows}, result{O * kRows}, table{2 * 64}, packed{nn::kPackedSize<O, I>};

  void run() {
    nn::pack<O, I>(w.data(), packed.data());
    threads.run(2, [&](int, int worker) { tile(static_cast<std::size_t>(worker)); });
    float one[O];
    nn::dense<O, I>(packed.data(), batch.data(), nullptr, one);
    float back[I];
    nn::transposed_dense<I, O, I>(w.data(), one, nullptr, back);
    result[1] = back[0];
    result[0] = nn::sin(1e6f * one[0]) + nn::pow(one[1], 1.5f);
  }
  void tile(std::size_t worker) {
    float *in = x.data() + worker * I * T, *out = y.data() + worker * O * T;
    nn::load_rows<I, T>(nn::Rows<const float, I>(batch.data(), kRows), worker * 50, 50, in);
    nn::dense<O, I, T>(
        w.data(), in, [](int, int) NN_LAMBDA { return Vec{}; },
        [=](int o, int s, Vec v) NN_LAMBDA { nn::store(out + o * T + s, nn::sin(nn::tanh(v) * 1e6f)); });
    nn::WeightGradient<O, I>::accumulate<T>(out, in, dw.data() + worker * nn::WeightGradient<O, I>::size);
    nn::sum_lanes<O, T>(out, db.data() + worker * O * nn::kLanes);
    Vec rows[2];
    nn::gather<2>(table.data(), nn::lane_numbers(), rows);
    if (worker == 0) nn::scatter_add<2>(table.data(), nn::lane_numbers(), rows);
    nn::store_rows<O, T>(out, nn::Rows<float, O>(result.data(), kRows), worker * 50, 50);
  }
};

TEST(Allocation, happens_when_a_step_is_made_and_not_when_it_runs) {
  Step step;
  step.run();
  const long before = allocations;
  EXPECT_GT(before, 0);
  for (int i = 0; i < 100; ++i) step.run();
  EXPECT_EQ(allocations, before);
}

}  // namespace
