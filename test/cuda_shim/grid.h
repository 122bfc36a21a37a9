// Runs a grid of threads on one thread of the CPU: every CUDA thread is a fibre, one block at a time.
//
// A warp runs until all its lanes stand at a block barrier or have ended; only then does the next warp run. A value
// that passes between warps without a barrier is therefore missed in one order of the warps or in the other. Within a
// warp each lane runs until the next collective.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cuda_shim {

struct Index3 {
  unsigned x, y, z;
};

/// Where in the source a barrier or a collective stands.
struct Place {
  const char* what;
  const char* file;
  int line;
  friend bool operator==(const Place& a, const Place& b) {
    return a.what == b.what && a.file == b.file && a.line == b.line;
  }
};

/// What the running thread reads as threadIdx and so on.
struct Position {
  Index3 thread, block, block_size, grid_size;
};
inline thread_local Position position{};

/// Runs body(argument) once for each thread of each block. Nothing of a block is left when the next begins: dynamic
/// shared memory is filled with NaN. A barrier that not all threads of a block reach, or a collective that not all
/// lanes of its mask reach, ends the process with a sentence on stderr.
void run_grid(Index3 grid_size, Index3 block_size, std::size_t dynamic_shared_bytes, void (*body)(void*),
              void* argument);

/// Waits until every thread of the block stands at this barrier.
void meet_block(const Place& place);

/// Waits until every lane of `mask` stands at this place; then `exchange` is called once with what each lane brought.
using Exchange = void (*)(std::uint32_t mask, void* const (&brought)[32]);
void meet_warp(std::uint32_t mask, const Place& place, void* bring, Exchange exchange);

/// The running thread's number in its warp.
unsigned lane();
/// The lanes that the running thread's warp has: fewer than 32 in the last warp of a block of odd size.
std::uint32_t lanes_of_warp();
/// The block's dynamic shared memory, aligned to 128 bytes.
void* dynamic_shared();
/// Whether this code runs as a part of a kernel.
bool is_in_kernel();

/// Ends the process with a sentence on stderr that names the running block and thread.
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace cuda_shim
