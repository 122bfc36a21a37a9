// Weights in a file: the safetensors format, read and written.
//
//   8 bytes   length n of the header, little-endian
//   n bytes   the header, JSON (weights_header.h)
//   the rest  the tensors' numbers, little-endian, row-major, one tensor behind the other without a gap
//
// A file is untrusted: every complaint is a FileError, and nothing is loaded unless everything fits.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "half.h"
#include "weights_header.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "nn/weights_file.h moves numbers as they lie in memory, so it needs a little-endian machine"
#endif

namespace nn {
inline namespace NN_ISA {

enum class Dtype {
  kF64,
  kF32,
  kF16,
  kBF16,
  kI64,
  kI32,
  kI16,
  kI8,
  kU64,
  kU32,
  kU16,
  kU8,
  kBool,
  kF8E4M3,
  kF8E5M2,
  kF8E8M0,
  kC64
};

/// How the format writes a type, and its size in bytes.
struct DtypeInfo {
  Dtype dtype;
  const char* name;
  std::uint64_t size;
};
inline constexpr DtypeInfo kDtypes[] = {
    {Dtype::kF64, "F64", 8},        {Dtype::kF32, "F32", 4},        {Dtype::kF16, "F16", 2},
    {Dtype::kBF16, "BF16", 2},      {Dtype::kI64, "I64", 8},        {Dtype::kI32, "I32", 4},
    {Dtype::kI16, "I16", 2},        {Dtype::kI8, "I8", 1},          {Dtype::kU64, "U64", 8},
    {Dtype::kU32, "U32", 4},        {Dtype::kU16, "U16", 2},        {Dtype::kU8, "U8", 1},
    {Dtype::kBool, "BOOL", 1},      {Dtype::kF8E4M3, "F8_E4M3", 1}, {Dtype::kF8E5M2, "F8_E5M2", 1},
    {Dtype::kF8E8M0, "F8_E8M0", 1}, {Dtype::kC64, "C64", 8},
};
inline const DtypeInfo& info(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)]; }

using TensorShape = std::vector<std::uint64_t>;

/// A tensor of a file: what it is, and its bytes inside the file.
struct StoredTensor {
  std::string name;
  Dtype dtype;
  TensorShape shape;
  const char* data;
  std::size_t bytes;
};

namespace weights_detail {

inline std::string text(const TensorShape& shape) {
  std::string s = "[";
  for (const std::uint64_t& extent : shape) s += joined({&extent == shape.data() ? "" : ", ", extent});
  return s += ']';
}
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

/// The rest of a file; false where it cannot be read, as of a directory.
inline bool read_all(std::FILE* file, std::vector<char>& bytes) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  for (std::size_t size = 0;;) {
    bytes.resize(size + kBlock);
    const std::size_t found = std::fread(bytes.data() + size, 1, kBlock, file);
    size += found;
    if (found == kBlock) continue;
    bytes.resize(size);
    return std::ferror(file) == 0;
  }
}

/// The product of the extents; false if it does not fit 64 bits.
inline bool count_elements(const TensorShape& shape, std::uint64_t& count) {
  count = 1;
  if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) return count = 0, true;
  for (const std::uint64_t extent : shape) {
    if (count > UINT64_MAX / extent) return false;
    count *= extent;
  }
  return true;
}

/// The type of the file that holds a C++ type.
template <class T>
struct DtypeOf;
template <>
struct DtypeOf<double> {
  static constexpr Dtype value = Dtype::kF64;
};
template <>
struct DtypeOf<float> {
  static constexpr Dtype value = Dtype::kF32;
};
template <>
struct DtypeOf<f16> {
  static constexpr Dtype value = Dtype::kF16;
};
template <>
struct DtypeOf<bf16> {
  static constexpr Dtype value = Dtype::kBF16;
};
template <>
struct DtypeOf<std::int64_t> {
  static constexpr Dtype value = Dtype::kI64;
};
template <>
struct DtypeOf<std::int32_t> {
  static constexpr Dtype value = Dtype::kI32;
};
template <>
struct DtypeOf<std::uint32_t> {
  static constexpr Dtype value = Dtype::kU32;
};
template <>
struct DtypeOf<std::uint8_t> {
  static constexpr Dtype value = Dtype::kU8;
};

template <class From, class To>
inline void convert(const char* bytes, std::size_t count, To* out) {
  for (std::size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, bytes + i * sizeof(From), sizeof(From));
    if constexpr (std::is_same_v<From, f16> || std::is_same_v<From, bf16>)
      out[i] = static_cast<To>(to_float(value));
    else
      out[i] = static_cast<To>(value);
  }
}
/// Whether a tensor of that type can be loaded into numbers of type T. Reals convert among each other, integers widen.
template <class T>
constexpr bool accepts(Dtype dtype) {
  if constexpr (std::is_floating_point_v<T>) {
    return dtype == Dtype::kF64 || dtype == Dtype::kF32 || dtype == Dtype::kF16 || dtype == Dtype::kBF16;
  } else {
    return dtype == DtypeOf<T>::value || (std::is_same_v<T, std::int64_t> && dtype == Dtype::kI32);
  }
}
template <class T>
NN_COLD inline void copy_numbers(const StoredTensor& from, void* to) {
  T* out = static_cast<T*>(to);
  if (from.dtype == DtypeOf<T>::value) {
    if (from.bytes > 0) std::memcpy(to, from.data, from.bytes);
  } else if constexpr (std::is_floating_point_v<T>) {
    const std::size_t count = from.bytes / info(from.dtype).size;
    if (from.dtype == Dtype::kF64) convert<double>(from.data, count, out);
    if (from.dtype == Dtype::kF32) convert<float>(from.data, count, out);
    if (from.dtype == Dtype::kF16) convert<f16>(from.data, count, out);
    if (from.dtype == Dtype::kBF16) convert<bf16>(from.data, count, out);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    convert<std::int32_t>(from.data, from.bytes / 4, out);
  }
}

}  // namespace weights_detail

/// A tensor that a caller wants, and where its numbers go: float and double take any real type, the others their own.
struct WantedTensor {
  template <class T>
  WantedTensor(std::string its_name, TensorShape its_shape, T* to)
      : name(std::move(its_name)),
        shape(std::move(its_shape)),
        data(to),
        type(info(weights_detail::DtypeOf<T>::value).name),
        accepts(weights_detail::accepts<T>),
        copy(weights_detail::copy_numbers<T>) {}

  std::string name;
  TensorShape shape;
  void* data;
  const char* type;
  bool (*accepts)(Dtype);
  void (*copy)(const StoredTensor& from, void* to);
};

/// A file, read and checked: header, types, shapes and offsets all agree with its length.
class WeightsFile {
 public:
  /// Reads a whole file. Throws FileError.
  NN_COLD static WeightsFile read(const std::string& path) {
    const weights_detail::OpenFile in(std::fopen(path.c_str(), "rb"));
    std::vector<char> bytes;
    if (!in || !weights_detail::read_all(in.get(), bytes))
      weights_detail::fail({path, ": expected a file that can be read, found none"});
    return WeightsFile(std::move(bytes), path);
  }
  /// The same of bytes in memory, which are copied; `name` is what complaints call them. Throws FileError.
  static WeightsFile parse(std::string_view bytes, const std::string& name = "weights") {
    return WeightsFile(std::vector<char>(bytes.begin(), bytes.end()), name);
  }

  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order in which they lie in the file.
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// The tensor of that name, or null.
  const StoredTensor* find(std::string_view name) const {
    for (const StoredTensor& t : tensors_) {
      if (t.name == name) return &t;
    }
    return nullptr;
  }

  /// Copies all that is wanted, or throws FileError and touches nothing. Tensors that nobody wants are let be.
  NN_COLD void load(const std::vector<WantedTensor>& wanted) const {
    for (const WantedTensor& w : wanted) {
      const StoredTensor* t = find(w.name);
      if (t == nullptr) {
        fail(w.name, {"expected ", w.type, " ", weights_detail::text(w.shape), ", found no such tensor"});
      } else if (t->shape != w.shape) {
        fail(w.name, {"expected shape ", weights_detail::text(w.shape), ", found ", weights_detail::text(t->shape)});
      } else if (!w.accepts(t->dtype)) {
        fail(w.name, {"expected ", w.type, ", found ", info(t->dtype).name});
      }
    }
    for (const WantedTensor& w : wanted) w.copy(*find(w.name), w.data);
  }

 private:
  /// As in the reference implementation: no sensible header is longer.
  static constexpr std::uint64_t kLongestHeader = 100'000'000;

  NN_COLD WeightsFile(std::vector<char> bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {
    const std::uint64_t size = bytes_.size();
    if (size < 8)
      weights_detail::fail({name_, ": expected at least the 8 bytes of the header's length, found ", size, " bytes"});
    std::uint64_t length;
    std::memcpy(&length, bytes_.data(), 8);
    const std::string expected = weights_detail::joined({name_, ": expected a header of ", length, " bytes, found "});
    if (length > kLongestHeader)
      weights_detail::fail({expected, "more than the ", kLongestHeader, " that are allowed"});
    if (length > size - 8) weights_detail::fail({expected, "a file of ", size, " bytes"});
    WeightsHeader header = HeaderParser(std::string_view(bytes_.data() + 8, length), name_).parse();
    metadata_ = std::move(header.metadata);
    place(std::move(header.tensors), 8 + static_cast<std::size_t>(length));
  }

  /// Every tensor has the bytes that its type and shape need, and together they fill the file exactly once.
  NN_COLD void place(std::vector<TensorEntry> entries, std::size_t data_at) {
    const std::uint64_t available = bytes_.size() - data_at;
    std::vector<TensorEntry*> sorted;
    for (TensorEntry& e : entries) sorted.push_back(&e);
    std::sort(sorted.begin(), sorted.end(), [](const TensorEntry* a, const TensorEntry* b) {
      return a->begin != b->begin ? a->begin < b->begin : a->end < b->end;
    });
    std::uint64_t end = 0;
    for (TensorEntry* entry : sorted) {
      TensorEntry& e = *entry;
      const DtypeInfo* type = std::begin(kDtypes);
      while (type != std::end(kDtypes) && e.dtype != type->name) ++type;
      if (type == std::end(kDtypes)) fail(e.name, {"expected a known dtype, found `", e.dtype, "`"});
      const std::string shape = weights_detail::text(e.shape);
      std::uint64_t count;
      if (!weights_detail::count_elements(e.shape, count) || count > UINT64_MAX / type->size)
        fail(e.name, {"expected a shape that fits 64 bits, found ", shape});
      const std::string range = weights_detail::joined({e.begin, " to ", e.end});
      if (e.end < e.begin) fail(e.name, {"expected data_offsets that go up, found ", range});
      if (e.end - e.begin != count * type->size) {
        fail(e.name,
             {"expected ", count * type->size, " bytes for ", e.dtype, " ", shape, ", found data_offsets ", range});
      }
      if (e.begin != end) {
        fail(e.name, {"expected data from byte ", end, " on, found ", e.begin < end ? "an overlap" : "a hole",
                      " at data_offsets ", range});
      }
      if (e.end > available) fail(e.name, {"expected data up to byte ", e.end, ", found only ", available, " bytes"});
      end = e.end;
      tensors_.push_back({std::move(e.name), type->dtype, std::move(e.shape), bytes_.data() + data_at + e.begin,
                          static_cast<std::size_t>(e.end - e.begin)});
    }
    if (end != available) weights_detail::fail({name_, ": expected ", end, " bytes of tensors, found ", available});
  }

  [[noreturn]] void fail(const std::string& tensor, std::initializer_list<weights_detail::Part> problem) const {
    weights_detail::fail({name_, ": tensor `", tensor, "`: ", weights_detail::joined(problem)});
  }

  std::vector<char> bytes_;  // moving a vector keeps its bytes where they are, and the tensors' pointers with them
  std::string name_;
  std::map<std::string, std::string> metadata_;
  std::vector<StoredTensor> tensors_;
};

/// Collects tensors and writes them. What it is given is copied at once.
class WeightsWriter {
 public:
  void set_metadata(const std::string& key, const std::string& text) { metadata_[key] = text; }

  /// Throws std::invalid_argument for a name that was given already.
  template <class T>
  NN_COLD void add(const std::string& name, const TensorShape& shape, const T* numbers) {
    std::uint64_t count;
    if (name == "__metadata__" || !names_.insert(name).second || !weights_detail::count_elements(shape, count)) {
      throw std::invalid_argument(
          weights_detail::joined({"nn::WeightsWriter: tensor `", name, "` is there already, or is too large"}));
    }
    const char* bytes = reinterpret_cast<const char*>(numbers);
    tensors_.push_back({name, weights_detail::DtypeOf<T>::value, shape,
                        std::string(bytes, static_cast<std::size_t>(count) * sizeof(T))});
  }

  /// The whole file. Larger types come first, so every number lies at a multiple of its size.
  NN_COLD std::string bytes() const {
    using weights_detail::joined;
    std::string header = "{", data;
    for (const auto& [key, text] : metadata_) {
      header += header.size() > 1 ? "," : "\"__metadata__\":{";
      header += joined({quoted(key), ":", quoted(text)});
    }
    if (!metadata_.empty()) header += "}";
    for (const std::uint64_t size : {8u, 4u, 2u, 1u}) {
      for (const Tensor& t : tensors_) {
        if (info(t.dtype).size != size) continue;
        header += joined({header.size() > 1 ? "," : "", quoted(t.name), ":{\"dtype\":\"", info(t.dtype).name,
                          "\",\"shape\":", weights_detail::text(t.shape), ",\"data_offsets\":[", data.size(), ",",
                          data.size() + t.data.size(), "]}"});
        data += t.data;
      }
    }
    header += '}';
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = header.size();
    char bytes_of_length[8];
    std::memcpy(bytes_of_length, &length, 8);
    return joined({std::string_view(bytes_of_length, 8), header, data});
  }

  /// Writes beside the file and renames, so that the old file stays whole until the new one is. Throws FileError.
  NN_COLD void write(const std::string& path) const {
    const std::string content = bytes();
    std::string beside = path + ".part";
    std::FILE* out = std::fopen(beside.c_str(), "wbx");  // x: a file of somebody's is let be
    for (int k = 2; out == nullptr && errno == EEXIST; ++k) {
      beside = path + ".part" + std::to_string(k);
      out = std::fopen(beside.c_str(), "wbx");
    }
    if (out == nullptr) {
      weights_detail::fail(
          {path, ": expected to write ", content.size(), " bytes, found `", beside, "` cannot be written"});
    }
    bool is_written = std::fwrite(content.data(), 1, content.size(), out) == content.size();
    if (std::fclose(out) != 0) is_written = false;
    if (!is_written) {
      std::remove(beside.c_str());
      weights_detail::fail(
          {path, ": expected to write ", content.size(), " bytes, found `", beside, "` cannot be written"});
    }
    if (std::rename(beside.c_str(), path.c_str()) != 0) {
      std::remove(beside.c_str());
      weights_detail::fail({path, ": expected to replace the file, found that it cannot be replaced"});
    }
  }

 private:
  struct Tensor {
    std::string name;
    Dtype dtype;
    TensorShape shape;
    std::string data;
  };

  NN_COLD static std::string quoted(const std::string& text) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string s = "\"";
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20) {
        const char escape[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
        s.append(escape, sizeof(escape));
        continue;
      }
      if (c == '"' || c == '\\') s += '\\';
      s += c;
    }
    return s += '"';
  }

  std::map<std::string, std::string> metadata_;
  std::set<std::string> names_;
  std::vector<Tensor> tensors_;
};

}  // namespace NN_ISA
}  // namespace nn
