#include "grid.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "control.h"
#include "fibre.h"

namespace cuda_shim {
namespace {

constexpr unsigned kWarp = 32;

enum class State { ready, at_barrier, at_collective, ended };

struct Thread {
  Fibre fibre;
  Index3 index{};
  unsigned number = 0;
  State state = State::ended;
  Place place{};           // where it waits
  std::uint32_t mask = 0;  // whom it waits for at a collective
  void* bring = nullptr;   // what it brought there
  Exchange exchange = nullptr;
};

struct Block {
  std::vector<std::unique_ptr<Thread>> threads;  // as many as the largest block so far
  unsigned size = 0;
  std::vector<unsigned char> shared;
  void* dynamic_shared = nullptr;
  Thread* running = nullptr;
  void (*body)(void*) = nullptr;
  void* argument = nullptr;
  std::mt19937_64 random;
};

thread_local Block block;

Order order_of_environment() {
  const char* text = std::getenv("CUDA_SHIM_ORDER");
  const std::string name = text == nullptr ? "forward" : text;
  if (name == "forward") return Order::forward;
  if (name == "backward") return Order::backward;
  if (name == "shuffled") return Order::shuffled;
  std::fprintf(stderr, "cuda_shim: CUDA_SHIM_ORDER is `%s`; it can be forward, backward or shuffled\n", text);
  std::abort();
}
thread_local Order chosen_order = order_of_environment();

/// 0 … count - 1 in the chosen order.
void order_numbers(unsigned count, std::vector<unsigned>& numbers) {
  numbers.resize(count);
  std::iota(numbers.begin(), numbers.end(), 0u);
  if (chosen_order == Order::backward) std::reverse(numbers.begin(), numbers.end());
  if (chosen_order == Order::shuffled) std::shuffle(numbers.begin(), numbers.end(), block.random);
}

unsigned count_of(Index3 size) { return size.x * size.y * size.z; }
Index3 index_of(unsigned number, Index3 size) {
  return {number % size.x, number / size.x % size.y, number / size.x / size.y};
}

void run_thread(void* thread) {
  block.body(block.argument);
  static_cast<Thread*>(thread)->state = State::ended;
}

/// Lets the thread run until it waits or ends.
void resume(Thread& thread) {
  block.running = &thread;
  position.thread = thread.index;
  thread.fibre.resume();
  block.running = nullptr;
}

void wait(State state, const Place& place) {
  Thread& self = *block.running;
  self.state = state;
  self.place = place;
  self.fibre.suspend();
}

[[noreturn]] void fail_at(const Thread& waiting, const Thread& other, const char* sentence) {
  block.running = nullptr;
  if (other.state == State::ended) {
    fail("%s: thread %u waits at %s (%s:%d), thread %u has ended", sentence, waiting.number, waiting.place.what,
         waiting.place.file, waiting.place.line, other.number);
  }
  fail("%s: thread %u waits at %s (%s:%d), thread %u at %s (%s:%d)", sentence, waiting.number, waiting.place.what,
       waiting.place.file, waiting.place.line, other.number, other.place.what, other.place.file, other.place.line);
}

/// Completes the collectives at which lanes of a warp wait, when no lane can run. True if there was one.
bool complete_collectives(unsigned first, unsigned lanes) {
  bool any = false;
  for (unsigned l = 0; l < lanes; ++l) {
    Thread& thread = *block.threads[first + l];
    if (thread.state != State::at_collective) continue;
    const std::uint32_t mask = thread.mask;
    void* brought[kWarp] = {};
    for (unsigned other = 0; other < kWarp; ++other) {
      if ((mask >> other & 1) == 0) continue;
      if (other >= lanes) fail("a collective's mask names lane %u of a warp of %u lanes", other, lanes);
      const Thread& member = *block.threads[first + other];
      if (member.state != State::at_collective || !(member.place == thread.place) || member.mask != mask) {
        fail_at(thread, member, "the lanes of a warp do not meet");
      }
      brought[other] = member.bring;
    }
    thread.exchange(mask, brought);
    for (unsigned other = 0; other < lanes; ++other) {
      if (mask >> other & 1) block.threads[first + other]->state = State::ready;
    }
    any = true;
  }
  return any;
}

/// Runs a warp until each of its lanes stands at a block barrier or has ended.
void run_warp(unsigned warp) {
  const unsigned first = warp * kWarp, lanes = std::min(kWarp, block.size - first);
  std::vector<unsigned> numbers;
  do {
    order_numbers(lanes, numbers);
    for (unsigned l : numbers) {
      Thread& thread = *block.threads[first + l];
      if (thread.state == State::ready) resume(thread);
    }
  } while (complete_collectives(first, lanes));
}

/// Opens the barrier at which all threads of the block stand; false when all have ended.
bool open_barrier() {
  const Thread& front = *block.threads[0];
  for (unsigned i = 1; i < block.size; ++i) {
    const Thread& other = *block.threads[i];
    if (other.state == front.state && (front.state == State::ended || other.place == front.place)) continue;
    if (front.state == State::at_barrier) fail_at(front, other, "the threads of a block do not meet");
    fail_at(other, front, "the threads of a block do not meet");
  }
  if (front.state == State::ended) return false;
  for (unsigned i = 0; i < block.size; ++i) block.threads[i]->state = State::ready;
  return true;
}

void run_block() {
  for (unsigned i = 0; i < block.size; ++i) {
    Thread& thread = *block.threads[i];
    thread.index = index_of(i, position.block_size);
    thread.number = i;
    thread.state = State::ready;
    thread.fibre.start(run_thread, &thread);
  }
  std::memset(block.shared.data(), 0xff, block.shared.size());  // NaN, as float and as double
  std::vector<unsigned> warps;
  do {
    order_numbers((block.size + kWarp - 1) / kWarp, warps);
    for (unsigned w : warps) run_warp(w);
  } while (open_barrier());
}

}  // namespace

void set_order(Order order, std::uint64_t seed) {
  chosen_order = order;
  block.random.seed(seed);
}
Order order() { return chosen_order; }

void run_grid(Index3 grid_size, Index3 block_size, std::size_t dynamic_shared_bytes, void (*body)(void*),
              void* argument) {
  if (is_in_kernel()) fail("a kernel cannot launch another one");
  constexpr std::size_t kAlignment = 128;
  block.size = count_of(block_size);
  while (block.threads.size() < block.size) block.threads.push_back(std::make_unique<Thread>());
  block.shared.resize(dynamic_shared_bytes + kAlignment);
  void* shared = block.shared.data();
  std::size_t space = block.shared.size();
  block.dynamic_shared = std::align(kAlignment, dynamic_shared_bytes, shared, space);
  block.body = body;
  block.argument = argument;
  position.block_size = block_size;
  position.grid_size = grid_size;
  std::vector<unsigned> blocks;
  order_numbers(count_of(grid_size), blocks);
  for (unsigned b : blocks) {
    position.block = index_of(b, grid_size);
    run_block();
  }
}

void meet_block(const Place& place) { wait(State::at_barrier, place); }

void meet_warp(std::uint32_t mask, const Place& place, void* bring, Exchange exchange) {
  Thread& self = *block.running;
  if ((mask >> lane() & 1) == 0) {
    fail("%s (%s:%d): lane %u calls it with a mask that does not name it: %08x", place.what, place.file, place.line,
         lane(), static_cast<unsigned>(mask));
  }
  self.mask = mask;
  self.bring = bring;
  self.exchange = exchange;
  wait(State::at_collective, place);
}

unsigned lane() { return block.running->number % kWarp; }
std::uint32_t lanes_of_warp() {
  const unsigned lanes = std::min(kWarp, block.size - block.running->number / kWarp * kWarp);
  return lanes == kWarp ? 0xffffffffu : (1u << lanes) - 1;
}
void* dynamic_shared() { return block.dynamic_shared; }
bool is_in_kernel() { return block.running != nullptr; }

void fail(const char* format, ...) {
  std::fprintf(stderr, "cuda_shim: ");
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "; block (%u, %u, %u)", position.block.x, position.block.y, position.block.z);
  if (is_in_kernel()) std::fprintf(stderr, ", thread %u", block.running->number);
  std::fprintf(stderr, "\n");
  std::abort();
}

}  // namespace cuda_shim
