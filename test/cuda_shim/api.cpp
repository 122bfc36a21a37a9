// The functions of CUDA's runtime that do not depend on a kernel's type.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>

#include "control.h"
#include "cuda_runtime.h"

struct CUstream_st {};
struct CUevent_st {
  std::chrono::steady_clock::time_point recorded;
};

namespace {

constexpr int kMultiprocessors = 4;
constexpr int kMaxThreads = 1024;
constexpr int kSharedBytes = 48 << 10, kSharedBytesOnRequest = 227 << 10;
constexpr std::size_t kAlignment = 256;  // as cudaMalloc promises

/// What the device holds, for all threads of the process.
struct Device {
  std::mutex mutex;
  std::map<const char*, std::size_t, std::less<>> allocations;  // address, bytes
  std::map<const void*, int> dynamic_shared;                    // kernel, bytes asked for
  std::size_t memory = std::size_t{8} << 30;
  cuda_shim::Counts counts{};
};
Device& device() {
  static Device instance;
  return instance;
}

thread_local cudaError_t last_error = cudaSuccess;

cudaError_t result(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

enum class Side { host, device, mixed };
/// Where a range of bytes lies; mixed: it leaves its allocation.
Side side_of(const void* begin, std::size_t bytes) {
  auto& all = device().allocations;
  const char* first = static_cast<const char*>(begin);
  const char* last = first + bytes;
  auto after = all.upper_bound(first);
  if (after != all.begin()) {
    const auto& [address, size] = *std::prev(after);
    if (first < address + size) return last <= address + size ? Side::device : Side::mixed;
  }
  return after != all.end() && after->first < last ? Side::mixed : Side::host;
}

cudaError_t copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  std::lock_guard lock(device().mutex);
  const Side target = side_of(to, bytes), source = side_of(from, bytes);
  const bool from_host = kind == cudaMemcpyHostToHost || kind == cudaMemcpyHostToDevice;
  const bool to_host = kind == cudaMemcpyHostToHost || kind == cudaMemcpyDeviceToHost;
  const bool known = kind != cudaMemcpyDefault;
  if (target == Side::mixed || source == Side::mixed || (known && (source == Side::host) != from_host) ||
      (known && (target == Side::host) != to_host)) {
    return cudaErrorInvalidValue;
  }
  std::memmove(to, from, bytes);
  return cudaSuccess;
}

cudaError_t fill(void* memory, int byte, std::size_t bytes) {
  std::lock_guard lock(device().mutex);
  if (side_of(memory, bytes) != Side::device) return cudaErrorInvalidValue;
  std::memset(memory, byte, bytes);
  return cudaSuccess;
}

void count_synchronization() {
  std::lock_guard lock(device().mutex);
  ++device().counts.synchronizations;
}

}  // namespace

namespace cuda_shim {

Counts counts() {
  std::lock_guard lock(device().mutex);
  return device().counts;
}

void set_device_memory(std::size_t bytes) {
  std::lock_guard lock(device().mutex);
  device().memory = bytes;
}

cudaError_t begin_launch(const void* kernel, dim3 grid, dim3 block, std::size_t dynamic_shared, cudaStream_t) {
  std::lock_guard lock(device().mutex);
  const auto volume = [](dim3 d) { return std::uint64_t{d.x} * d.y * d.z; };
  if (volume(block) == 0 || volume(block) > kMaxThreads || volume(grid) == 0 || grid.x > 0x7fffffffu ||
      grid.y > 65535 || grid.z > 65535) {
    return result(cudaErrorInvalidConfiguration);
  }
  const auto asked = device().dynamic_shared.find(kernel);
  const int allowed = asked == device().dynamic_shared.end() ? kSharedBytes : asked->second;
  if (dynamic_shared > static_cast<std::size_t>(allowed)) return result(cudaErrorInvalidValue);
  ++device().counts.launches;
  return cudaSuccess;
}

cudaError_t allow_dynamic_shared(const void* kernel, int bytes) {
  if (bytes < 0 || bytes > kSharedBytesOnRequest) return result(cudaErrorInvalidValue);
  std::lock_guard lock(device().mutex);
  device().dynamic_shared[kernel] = bytes;
  return cudaSuccess;
}

}  // namespace cuda_shim

cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }
cudaError_t cudaPeekAtLastError() { return last_error; }
const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorInvalidResourceHandle:
      return "cudaErrorInvalidResourceHandle";
  }
  return "unrecognized error code";
}
const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorInvalidValue:
      return "invalid argument";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInvalidConfiguration:
      return "invalid configuration argument";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorInvalidResourceHandle:
      return "invalid resource handle";
  }
  return "unrecognized error code";
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* number) {
  *number = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int number) { return result(number == 0 ? cudaSuccess : cudaErrorInvalidDevice); }
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int number) {
  if (number != 0) return result(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "a CPU that stands in for a GPU");
  properties->totalGlobalMem = device().memory;
  properties->sharedMemPerBlock = kSharedBytes;
  properties->sharedMemPerBlockOptin = kSharedBytesOnRequest;
  properties->maxThreadsPerBlock = kMaxThreads;
  properties->warpSize = warpSize;
  properties->multiProcessorCount = kMultiprocessors;
  properties->major = 9;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int number) {
  cudaDeviceProp properties;
  if (cudaGetDeviceProperties(&properties, number) != cudaSuccess) return cudaErrorInvalidDevice;
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = properties.maxThreadsPerBlock;
      return cudaSuccess;
    case cudaDevAttrMultiProcessorCount:
      *value = properties.multiProcessorCount;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
      *value = properties.major;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
      *value = properties.minor;
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = kSharedBytesOnRequest;
      return cudaSuccess;
  }
  return result(cudaErrorInvalidValue);
}
cudaError_t cudaDeviceSynchronize() {
  count_synchronization();
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  std::lock_guard lock(device().mutex);
  ++device().counts.allocations;
  *memory = nullptr;
  if (bytes == 0) return cudaSuccess;
  std::size_t& in_use = device().counts.bytes_in_use;
  if (bytes > device().memory - std::min(device().memory, in_use)) return result(cudaErrorMemoryAllocation);
  if (posix_memalign(memory, kAlignment, bytes) != 0) return result(cudaErrorMemoryAllocation);
  std::memset(*memory, 0xff, bytes);  // NaN, as float and as double
  device().allocations.emplace(static_cast<const char*>(*memory), bytes);
  in_use += bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  std::lock_guard lock(device().mutex);
  ++device().counts.allocations;
  ++device().counts.synchronizations;
  if (memory == nullptr) return cudaSuccess;
  const auto found = device().allocations.find(static_cast<const char*>(memory));
  if (found == device().allocations.end()) return result(cudaErrorInvalidValue);
  device().counts.bytes_in_use -= found->second;
  device().allocations.erase(found);
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  count_synchronization();
  return result(copy(to, from, bytes, kind));
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t) {
  return result(copy(to, from, bytes, kind));
}
cudaError_t cudaMemset(void* memory, int byte, std::size_t bytes) { return result(fill(memory, byte, bytes)); }
cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t) {
  return result(fill(memory, byte, bytes));
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, cudaStreamDefault); }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (stream == nullptr) return result(cudaErrorInvalidResourceHandle);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
  count_synchronization();
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t event, unsigned) {
  return result(event == nullptr ? cudaErrorInvalidResourceHandle : cudaSuccess);
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st{};
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event == nullptr) return result(cudaErrorInvalidResourceHandle);
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  if (event == nullptr) return result(cudaErrorInvalidResourceHandle);
  event->recorded = std::chrono::steady_clock::now();
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  count_synchronization();
  return result(event == nullptr ? cudaErrorInvalidResourceHandle : cudaSuccess);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  if (start == nullptr || end == nullptr) return result(cudaErrorInvalidResourceHandle);
  *milliseconds = std::chrono::duration<float, std::milli>(end->recorded - start->recorded).count();
  return cudaSuccess;
}
