// Running independent tasks on several threads: the interface `Executor`, and `Threads`, a pool made once.
//
// A caller with a thread system of its own implements Executor; generated code takes either.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "platform.h"

namespace nn {

/// Runs tasks 0 … tasks - 1, on workers 0 … workers() - 1. Two tasks of one worker never run at the same time, so a
/// worker's number may index scratch memory, and sums: generated code adds up what each worker has, in their order.
/// Threads gives the same tasks to the same worker each time, so that results are the same bits in every run; with an
/// executor that does not, sums are rounded in another order from run to run.
class Executor {
 public:
  /// task(context, number of the task, number of the worker). Must not throw.
  using Task = void (*)(void* context, int task, int worker);

  virtual int workers() const noexcept = 0;
  /// Returns when all tasks are done. Called by one thread at a time.
  virtual void execute(int tasks, Task task, void* context) noexcept = 0;

  /// f(task, worker) for each task. An exception that leaves f ends the program.
  template <class F>
  NN_INLINE void run(int tasks, F&& f) {
    using Function = std::remove_reference_t<F>;
    static_assert(std::is_invocable_v<Function&, int, int>, "a task is called as f(task, worker)");
    const Task call = [](void* context, int task, int worker) { (*static_cast<Function*>(context))(task, worker); };
    execute(tasks, call, const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  }

 protected:
  ~Executor() = default;
};

inline namespace NN_ISA {
namespace threads_detail {

/// What the pool and its threads share. A round is one call of execute.
struct Shared {
  std::mutex mutex;
  std::condition_variable wake, finished;
  std::atomic<unsigned> round{0};  // goes up when there is work, and to stop
  std::atomic<int> busy{0};        // threads that have not finished the round
  int sleepers = 0;                // threads that wait in `wake`; under the mutex
  bool caller_sleeps = false;      // under the mutex
  bool stop = false;               // written before the round goes up
  int workers = 1;
  int tasks = 0;
  Executor::Task task = nullptr;
  void* context = nullptr;
};

inline constexpr int kSpins = 1000;  // some tens of microseconds: longer than the gap between two phases of a step

NN_INLINE void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// The tasks of one worker: a run of neighbours, the same for the same numbers of tasks and workers.
inline void run_share(const Shared& s, int worker) noexcept {
  const long long tasks = s.tasks;
  const int begin = static_cast<int>(tasks * worker / s.workers),
            end = static_cast<int>(tasks * (worker + 1) / s.workers);
  for (int t = begin; t < end; ++t) s.task(s.context, t, worker);
}

/// Spins, then sleeps, until the round is no longer `seen`.
inline unsigned next_round(Shared& s, unsigned seen) {
  for (int i = 0; i < kSpins; ++i) {
    const unsigned now = s.round.load(std::memory_order_acquire);
    if (now != seen) return now;
    pause();
  }
  std::unique_lock<std::mutex> lock(s.mutex);
  ++s.sleepers;
  s.wake.wait(lock, [&] { return s.round.load(std::memory_order_relaxed) != seen; });
  --s.sleepers;
  return s.round.load(std::memory_order_acquire);
}

inline void work(Shared& s, int worker) {
  for (unsigned seen = 0;;) {
    seen = next_round(s, seen);
    if (s.stop) return;
    run_share(s, worker);
    if (s.busy.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const std::lock_guard<std::mutex> lock(s.mutex);
      if (s.caller_sleeps) s.finished.notify_one();
    }
  }
}

inline void begin_round(Shared& s) {
  bool somebody_sleeps;
  {
    const std::lock_guard<std::mutex> lock(s.mutex);
    s.round.fetch_add(1, std::memory_order_release);
    somebody_sleeps = s.sleepers > 0;
  }
  if (somebody_sleeps) s.wake.notify_all();
}

inline void wait_until_done(Shared& s) {
  for (int i = 0; i < kSpins; ++i) {
    if (s.busy.load(std::memory_order_acquire) == 0) return;
    pause();
  }
  std::unique_lock<std::mutex> lock(s.mutex);
  s.caller_sleeps = true;
  s.finished.wait(lock, [&] { return s.busy.load(std::memory_order_acquire) == 0; });
  s.caller_sleeps = false;
}

}  // namespace threads_detail
}  // namespace NN_ISA

/// A pool of threads, made once. The calling thread is worker 0, so a pool of one makes no thread at all. Worker w runs
/// the tasks from tasks * w / workers on: the same worker for the same task, every time. `run` does not allocate.
class Threads final : public Executor {
 public:
  /// As many workers as the machine runs threads, or `count`. Throws std::system_error when a thread cannot be made.
  NN_INLINE explicit Threads(int count = static_cast<int>(std::thread::hardware_concurrency())) {
    shared_.workers = count < 1 ? 1 : count;
    threads_.reserve(static_cast<std::size_t>(shared_.workers - 1));
    try {
      for (int w = 1; w < shared_.workers; ++w) threads_.emplace_back([this, w] { threads_detail::work(shared_, w); });
    } catch (...) {
      stop();
      throw;
    }
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  NN_INLINE ~Threads() { stop(); }

  int workers() const noexcept override { return shared_.workers; }
  void execute(int tasks, Task task, void* context) noexcept override {
    if (tasks <= 0) return;
    shared_.tasks = tasks, shared_.task = task, shared_.context = context;
    if (threads_.empty()) {
      threads_detail::run_share(shared_, 0);
      return;
    }
    shared_.busy.store(shared_.workers - 1, std::memory_order_relaxed);
    threads_detail::begin_round(shared_);
    threads_detail::run_share(shared_, 0);
    threads_detail::wait_until_done(shared_);
  }

 private:
  NN_INLINE void stop() {
    shared_.stop = true;
    threads_detail::begin_round(shared_);
    for (std::thread& t : threads_) t.join();
  }

  threads_detail::Shared shared_;
  std::vector<std::thread> threads_;
};

}  // namespace nn
