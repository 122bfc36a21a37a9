// What generated C functions are made of: exceptions as codes with words, rows and pools of the caller's as views, and
// the table of parameters by name.
//
// Nothing here knows a model: the C header of one has its own names for these codes and structs, field for field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "params.h"
#include "threads.h"

namespace nn {
inline namespace NN_ISA {
namespace c_api {

/// What a C function returns. The numbers are those of `<prefix>_status`.
enum Status { kOk, kInvalidArgument, kFileError, kOutOfMemory, kDeviceError, kFailed };

/// Of a host without a device: never thrown.
struct NoDeviceError {
  const char* what() const { return ""; }
};

/// The words of a thread's last failure. They are kept in place: there may be no memory left to say so.
template <class DeviceError = NoDeviceError>
class LastError {
 public:
  const char* text() const { return text_; }

  /// Runs the body; what it throws becomes a code, and words that begin with the function's name.
  template <class Body>
  Status call(const char* function, Body body) noexcept {
    try {
      body();
      return kOk;
    } catch (...) { return caught(function); }
  }

 private:
  /// What is being handled, as a code and words: here once, and not in each function.
  NN_COLD Status caught(const char* function) noexcept {
    try {
      throw;
    } catch (const std::bad_alloc&) {
      return say(kOutOfMemory, function, "there is not enough memory");
    } catch (const std::invalid_argument& error) {
      return say(kInvalidArgument, function, error.what());
    } catch (const FileError& error) {
      return say(kFileError, function, error.what());
    } catch (const DeviceError& error) {
      return say(kDeviceError, function, error.what());
    } catch (const std::exception& error) { return say(kFailed, function, error.what()); } catch (...) {
      return say(kFailed, function, "something that is no std::exception was thrown");
    }
  }

  NN_COLD Status say(Status status, const char* function, const char* words) {
    std::size_t length = 0;
    for (const char* part : {function, ": ", words}) {
      for (; *part != '\0' && length + 1 < sizeof text_; ++part) text_[length++] = *part;
    }
    text_[length] = '\0';
    return status;
  }

  char text_[1024] = "";
};

/// Throws std::invalid_argument: what is missing, with what was expected of it.
[[noreturn]] NN_COLD inline void missing(const char* name, const std::string& expected) {
  throw std::invalid_argument(std::string(name) + ": expected " + expected + ", found NULL");
}

/// What the pointer points to. Throws std::invalid_argument if it is null.
template <class T>
T& needed(T* pointer, const char* name) {
  if (pointer == nullptr) missing(name, "a pointer");
  return *pointer;
}

/// A field of one sample between C's struct and C++'s: a number, or an array of numbers.
template <class To, class From>
void copy(To& to, const From& from) {
  static_assert(sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<To> && std::is_trivially_copyable_v<From>,
                "a field holds the same numbers in C and in C++");
  std::memcpy(&to, &from, sizeof to);
}

/// In the place of a row's stride: all samples have the first row.
inline constexpr std::ptrdiff_t kSameRow = PTRDIFF_MIN;

/// The caller's rows, `count` of them: a `View` of them, nn::Rows or nn::cuda::Rows. A stride of 0 is that of numbers
/// one behind the other. Null data are no rows.
template <class View, class C>
View rows(const C& c, std::size_t count) {
  using Element = typename View::Element;
  if (c.data == nullptr) return View();
  const std::ptrdiff_t element =
      c.element_stride == 0 ? static_cast<std::ptrdiff_t>(sizeof(Element)) : c.element_stride;
  const std::ptrdiff_t row = c.row_stride == 0 ? View::kWidth * element : c.row_stride == kSameRow ? 0 : c.row_stride;
  return View(reinterpret_cast<Element*>(c.data), count, row, element);
}
/// Throws std::invalid_argument where there are none.
template <class View, class C>
View needed_rows(const C& c, std::size_t count, const char* name) {
  if (c.data == nullptr && count > 0) missing(name, std::to_string(count) + " rows");
  return rows<View>(c, count);
}

/// The caller's pool, where there is one.
class CallersExecutor final : public Executor {
 public:
  template <class C>
  NN_COLD explicit CallersExecutor(const C* c) {
    if (c == nullptr) return;
    if (c->workers < 1) {
      throw std::invalid_argument("executor: expected at least one worker, found " + std::to_string(c->workers));
    }
    if (c->execute == nullptr) throw std::invalid_argument("executor: expected the function `execute`, found NULL");
    pool_ = c->pool, workers_ = c->workers, execute_ = c->execute;
  }
  CallersExecutor(const CallersExecutor&) = delete;
  CallersExecutor& operator=(const CallersExecutor&) = delete;

  /// Itself, or null where the caller has none.
  Executor* given() { return execute_ == nullptr ? nullptr : this; }
  int workers() const noexcept override { return workers_; }
  void execute(int tasks, Task task, void* context) noexcept override { execute_(pool_, tasks, task, context); }

 private:
  void* pool_ = nullptr;
  int workers_ = 1;
  void (*execute_)(void* pool, int tasks, Task task, void* context) = nullptr;
};

/// The parameter of that name and shape. Throws std::invalid_argument if there is none.
NN_COLD inline const Param& find_param(const Param* params, std::size_t count, const char* name, int rank,
                                       const std::uint64_t* shape) {
  needed(name, "name");
  for (const Param* param = params; param != params + count; ++param) {
    if (std::strcmp(param->name, name) != 0) continue;
    if (rank < 0 || (rank > 0 && shape == nullptr)) {
      throw std::invalid_argument(std::string(name) + ": expected " + std::to_string(param->rank) +
                                  " extents as its shape, found " + (rank < 0 ? std::to_string(rank) : "NULL"));
    }
    const TensorShape found(shape, shape + rank);
    if (found == param->tensor_shape()) return *param;
    throw std::invalid_argument(
        weights_detail::joined({name, ": expected shape ", weights_detail::text(param->tensor_shape()), ", found ",
                                weights_detail::text(found)}));
  }
  throw std::invalid_argument(std::string("name: expected that of a parameter, found `") + name + "`");
}

/// The parameter of that number. Throws std::invalid_argument if there is none.
NN_COLD inline const Param& param_at(const Param* params, std::size_t count, std::size_t index) {
  if (index < count) return params[index];
  throw std::invalid_argument("index: expected less than " + std::to_string(count) + ", found " +
                              std::to_string(index));
}

}  // namespace c_api
}  // namespace NN_ISA
}  // namespace nn
