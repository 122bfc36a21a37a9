// The pool of threads: every task once, the same worker for the same task, and executors of the caller's own.
#include "nn/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <vector>

namespace {

TEST(Threads, run_every_task_exactly_once) {
  for (const int workers : {1, 2, 3, 7}) {
    nn::Threads threads(workers);
    EXPECT_EQ(threads.workers(), workers);
    for (int tasks = 0; tasks < 40; ++tasks) {
      std::vector<std::atomic<int>> runs(40);
      threads.run(tasks, [&](int task, int) { ++runs[static_cast<std::size_t>(task)]; });
      for (int t = 0; t < 40; ++t) ASSERT_EQ(runs[static_cast<std::size_t>(t)], t < tasks ? 1 : 0);
    }
  }
}

TEST(Threads, give_the_same_task_to_the_same_worker_every_time) {
  nn::Threads threads(3);
  std::vector<int> worker_of(10), again(10);
  threads.run(10, [&](int task, int worker) { worker_of[static_cast<std::size_t>(task)] = worker; });
  threads.run(10, [&](int task, int worker) { again[static_cast<std::size_t>(task)] = worker; });
  EXPECT_EQ(worker_of, again);
  EXPECT_EQ(worker_of, (std::vector<int>{0, 0, 0, 1, 1, 1, 2, 2, 2, 2}));
}

TEST(Threads, never_run_two_tasks_of_one_worker_at_once) {
  nn::Threads threads(4);
  std::vector<std::atomic<bool>> busy(4);
  std::atomic<int> collisions{0};
  for (int round = 0; round < 200; ++round) {
    threads.run(16, [&](int, int worker) {
      collisions += busy[static_cast<std::size_t>(worker)].exchange(true) ? 1 : 0;
      busy[static_cast<std::size_t>(worker)] = false;
    });
  }
  EXPECT_EQ(collisions, 0);
}

TEST(Threads, wake_up_again_after_they_slept) {
  nn::Threads threads(2);
  std::atomic<int> runs{0};
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // longer than a worker spins
    threads.run(2, [&](int, int) { ++runs; });
  }
  EXPECT_EQ(runs, 10);
}

TEST(Threads, of_one_worker_run_in_the_caller) {
  nn::Threads alone(1);
  const auto caller = std::this_thread::get_id();
  alone.run(3, [&](int, int worker) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(worker, 0);
  });
}

TEST(Threads, a_count_below_one_is_one) { EXPECT_EQ(nn::Threads(0).workers(), 1); }

/// What a program with threads of its own writes.
class Backwards final : public nn::Executor {
 public:
  int workers() const noexcept override { return 1; }
  void execute(int tasks, Task task, void* context) noexcept override {
    for (int t = tasks - 1; t >= 0; --t) task(context, t, 0);
  }
};

TEST(Executor, may_be_the_callers_own) {
  Backwards backwards;
  nn::Executor& executor = backwards;
  std::vector<int> order;
  executor.run(3, [&](int task, int) { order.push_back(task); });
  EXPECT_EQ(order, (std::vector<int>{2, 1, 0}));
}

}  // namespace
