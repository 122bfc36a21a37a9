// A flow of control with a stack of its own, which runs until it hands control back.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define CUDA_SHIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CUDA_SHIM_ASAN 1
#endif
#endif

namespace cuda_shim {

/// One fibre. It belongs to the operating system's thread that resumes it, and stays where it was made. Exceptions must
/// not leave its entry function.
class Fibre {
 public:
  using Entry = void (*)(void* argument);

  /// Maps a stack with an unmapped page below it: running over its end faults.
  Fibre();
  ~Fibre();
  Fibre(const Fibre&) = delete;
  Fibre& operator=(const Fibre&) = delete;

  /// The next resume() enters entry(argument). The fibre must be fresh, or have ended.
  void start(Entry entry, void* argument);
  /// Runs the fibre until it suspends or its entry function returns; called by whoever is not a fibre.
  void resume();
  /// Back to resume(); called by the running fibre.
  void suspend();
  bool has_ended() const { return ended_; }

 private:
  struct Machine;  // what the switch needs: a stack pointer, or a ucontext
  static void run();

  char* stack_ = nullptr;
  Machine* machine_;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  bool ended_ = true;
};

}  // namespace cuda_shim
