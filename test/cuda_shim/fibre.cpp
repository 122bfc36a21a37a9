#include "fibre.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>

#if defined(CUDA_SHIM_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__x86_64__) && !defined(CUDA_SHIM_PORTABLE_FIBRES)
#define CUDA_SHIM_SWITCH_IN_ASSEMBLY 1
#else
#include <ucontext.h>
#endif

namespace cuda_shim {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;  // pages come into being when they are touched
constexpr std::size_t kGuardBytes = std::size_t{1} << 20;    // below a stack: no frame's arrays step over them

thread_local Fibre* running = nullptr;

#if defined(CUDA_SHIM_SWITCH_IN_ASSEMBLY)

// Saves the registers that a call must preserve and the stack pointer, takes the other side's, and returns there.
extern "C" void cuda_shim_switch(void** save, void* load);
asm(R"(
.pushsection .text
.globl cuda_shim_switch
.type cuda_shim_switch, @function
cuda_shim_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cuda_shim_switch, .-cuda_shim_switch
.popsection
)");

using Context = void*;
void switch_context(Context& from, Context& to) { cuda_shim_switch(&from, to); }
void make_context(Context& context, char* stack, void (*entry)()) {
  // From the top of the stack: a zero where a caller's return address would be, the entry, six registers.
  void* frame[8] = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, reinterpret_cast<void*>(entry), nullptr};
  char* at = stack + kStackBytes - sizeof frame;
  std::memcpy(at, frame, sizeof frame);
  context = at;
}

#else

using Context = ucontext_t;
void switch_context(Context& from, Context& to) { swapcontext(&from, &to); }
void make_context(Context& context, char* stack, void (*entry)()) {
  getcontext(&context);
  context.uc_stack.ss_sp = stack;
  context.uc_stack.ss_size = kStackBytes;
  context.uc_link = nullptr;
  makecontext(&context, entry, 0);
}

#endif

// AddressSanitizer follows stacks by itself, unless it is told that one is left for another.
#if defined(CUDA_SHIM_ASAN)
void leave_stack(void** mine, const void* next, std::size_t bytes) {
  __sanitizer_start_switch_fiber(mine, next, bytes);
}
void enter_stack(void* mine, const void** left, std::size_t* bytes) {
  __sanitizer_finish_switch_fiber(mine, left, bytes);
}
void forget_frames(char* stack) { __asan_unpoison_memory_region(stack, kStackBytes); }
#else
void leave_stack(void**, const void*, std::size_t) {}
void enter_stack(void*, const void**, std::size_t*) {}
void forget_frames(char*) {}
#endif

}  // namespace

struct Fibre::Machine {
  Context inside{}, outside{};
  void* inside_frames = nullptr;  // AddressSanitizer's handle of either stack
  void* outside_frames = nullptr;
  const void* outside_stack = nullptr;
  std::size_t outside_bytes = 0;
};

Fibre::Fibre() : machine_(new Machine) {
  void* map = mmap(nullptr, kGuardBytes + kStackBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED || mprotect(static_cast<char*>(map) + kGuardBytes, kStackBytes, PROT_READ | PROT_WRITE) != 0) {
    throw std::bad_alloc();
  }
  stack_ = static_cast<char*>(map) + kGuardBytes;
}

Fibre::~Fibre() {
  munmap(stack_ - kGuardBytes, kGuardBytes + kStackBytes);
  delete machine_;
}

void Fibre::start(Entry entry, void* argument) {
  entry_ = entry;
  argument_ = argument;
  ended_ = false;
  forget_frames(stack_);
  make_context(machine_->inside, stack_, &Fibre::run);
}

void Fibre::resume() {
  running = this;
  leave_stack(&machine_->outside_frames, stack_, kStackBytes);
  switch_context(machine_->outside, machine_->inside);
  enter_stack(machine_->outside_frames, nullptr, nullptr);
  running = nullptr;
}

void Fibre::suspend() {
  // A fibre that has ended never comes back: a null handle lets AddressSanitizer free what it kept for it.
  leave_stack(ended_ ? nullptr : &machine_->inside_frames, machine_->outside_stack, machine_->outside_bytes);
  switch_context(machine_->inside, machine_->outside);
  enter_stack(machine_->inside_frames, &machine_->outside_stack, &machine_->outside_bytes);
}

void Fibre::run() {
  Fibre* self = running;
  enter_stack(nullptr, &self->machine_->outside_stack, &self->machine_->outside_bytes);
  self->entry_(self->argument_);
  self->ended_ = true;
  self->suspend();
}

}  // namespace cuda_shim
