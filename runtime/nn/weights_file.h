// Weights in a file: the safetensors format, read and written.
//
//   8 bytes   length n of the header, little-endian
//   n bytes   the header, JSON (weights_header.h)
//   the rest  the tensors' numbers, little-endian, row-major, one tensor behind the other without a gap
//
// A file is untrusted: every complaint is a FileError, and nothing is loaded unless everything fits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
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

enum class Dtype { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU64, kU32, kU16, kU8, kBool, kF8E4M3, kF8E5M2 };

/// How the format writes a type, and its size in bytes.
struct DtypeInfo {
  Dtype dtype;
  const char* name;
  std::uint64_t size;
};
inline constexpr DtypeInfo kDtypes[] = {
    {Dtype::kF64, "F64", 8},   {Dtype::kF32, "F32", 4},        {Dtype::kF16, "F16", 2},
    {Dtype::kBF16, "BF16", 2}, {Dtype::kI64, "I64", 8},        {Dtype::kI32, "I32", 4},
    {Dtype::kI16, "I16", 2},   {Dtype::kI8, "I8", 1},          {Dtype::kU64, "U64", 8},
    {Dtype::kU32, "U32", 4},   {Dtype::kU16, "U16", 2},        {Dtype::kU8, "U8", 1},
    {Dtype::kBool, "BOOL", 1}, {Dtype::kF8E4M3, "F8_E4M3", 1}, {Dtype::kF8E5M2, "F8_E5M2", 1},
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
  for (std::size_t i = 0; i < shape.size(); ++i) s += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return s + "]";
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
inline void copy_numbers(const StoredTensor& from, void* to) {
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
  static WeightsFile read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    in.peek();  // a directory can be opened, but not read
    if (!in.is_open() || in.bad()) throw FileError(path + ": expected a file that can be read, found none");
    in.clear();
    in.seekg(0, std::ios::end);
    const std::streamoff size = in.tellg();
    std::vector<char> bytes(static_cast<std::size_t>(std::max<std::streamoff>(size, 0)));
    in.seekg(0);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in || size < 0) throw FileError(path + ": expected a file of known length, found that reading it stops early");
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
  void load(const std::vector<WantedTensor>& wanted) const {
    std::map<std::string_view, const StoredTensor*> stored;
    for (const StoredTensor& t : tensors_) stored[t.name] = &t;
    for (const WantedTensor& w : wanted) {
      const auto found = stored.find(w.name);
      if (found == stored.end()) {
        fail(w.name,
             "expected " + std::string(w.type) + " " + weights_detail::text(w.shape) + ", found no such tensor");
      }
      const StoredTensor& t = *found->second;
      if (t.shape != w.shape) {
        fail(w.name, "expected shape " + weights_detail::text(w.shape) + ", found " + weights_detail::text(t.shape));
      }
      if (!w.accepts(t.dtype)) fail(w.name, "expected " + std::string(w.type) + ", found " + info(t.dtype).name);
    }
    for (const WantedTensor& w : wanted) w.copy(*stored[w.name], w.data);
  }

 private:
  /// As in the reference implementation: no sensible header is longer.
  static constexpr std::uint64_t kLongestHeader = 100'000'000;

  WeightsFile(std::vector<char> bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {
    const std::string size = std::to_string(bytes_.size()) + " bytes";
    if (bytes_.size() < 8)
      throw FileError(name_ + ": expected at least the 8 bytes of the header's length, found " + size);
    std::uint64_t length;
    std::memcpy(&length, bytes_.data(), 8);
    const std::string expected = name_ + ": expected a header of " + std::to_string(length) + " bytes, found ";
    if (length > kLongestHeader)
      throw FileError(expected + "more than the " + std::to_string(kLongestHeader) + " that are allowed");
    if (length > bytes_.size() - 8) throw FileError(expected + "a file of " + size);
    WeightsHeader header = HeaderParser(std::string_view(bytes_.data() + 8, length), name_).parse();
    metadata_ = std::move(header.metadata);
    place(std::move(header.tensors), 8 + static_cast<std::size_t>(length));
  }

  /// Every tensor has the bytes that its type and shape need, and together they fill the file exactly once.
  void place(std::vector<TensorEntry> entries, std::size_t data_at) {
    const std::uint64_t available = bytes_.size() - data_at;
    std::sort(entries.begin(), entries.end(), [](const TensorEntry& a, const TensorEntry& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::uint64_t end = 0;
    for (TensorEntry& e : entries) {
      const auto type =
          std::find_if(std::begin(kDtypes), std::end(kDtypes), [&](const DtypeInfo& i) { return e.dtype == i.name; });
      if (type == std::end(kDtypes)) fail(e.name, "expected a known dtype, found `" + e.dtype + "`");
      std::uint64_t count;
      if (!weights_detail::count_elements(e.shape, count) || count > UINT64_MAX / type->size) {
        fail(e.name, "expected a shape that fits 64 bits, found " + weights_detail::text(e.shape));
      }
      const std::string range = std::to_string(e.begin) + " to " + std::to_string(e.end);
      if (e.end < e.begin) fail(e.name, "expected data_offsets that go up, found " + range);
      if (e.end - e.begin != count * type->size) {
        fail(e.name, "expected " + std::to_string(count * type->size) + " bytes for " + e.dtype + " " +
                         weights_detail::text(e.shape) + ", found data_offsets " + range);
      }
      if (e.begin != end) {
        fail(e.name, "expected data from byte " + std::to_string(end) + " on, found " +
                         (e.begin < end ? "an overlap" : "a hole") + " at data_offsets " + range);
      }
      if (e.end > available)
        fail(e.name, "expected data up to byte " + std::to_string(e.end) + ", found only " + std::to_string(available) +
                         " bytes");
      end = e.end;
      tensors_.push_back({std::move(e.name), type->dtype, std::move(e.shape), bytes_.data() + data_at + e.begin,
                          static_cast<std::size_t>(e.end - e.begin)});
    }
    if (end != available) {
      throw FileError(name_ + ": expected " + std::to_string(end) + " bytes of tensors, found " +
                      std::to_string(available));
    }
  }

  [[noreturn]] void fail(const std::string& tensor, const std::string& problem) const {
    throw FileError(name_ + ": tensor `" + tensor + "`: " + problem);
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
  void add(const std::string& name, const TensorShape& shape, const T* numbers) {
    std::uint64_t count;
    if (name == "__metadata__" || !names_.emplace(name, 0).second || !weights_detail::count_elements(shape, count)) {
      throw std::invalid_argument("nn::WeightsWriter: tensor `" + name + "` is there already, or is too large");
    }
    const char* bytes = reinterpret_cast<const char*>(numbers);
    tensors_.push_back({name, weights_detail::DtypeOf<T>::value, shape,
                        std::string(bytes, static_cast<std::size_t>(count) * sizeof(T))});
  }

  /// The whole file. Larger types come first, so every number lies at a multiple of its size.
  std::string bytes() const {
    std::string header = "{", data;
    if (!metadata_.empty()) {
      std::string members;
      for (const auto& [key, text] : metadata_)
        members += (members.empty() ? "" : ",") + quoted(key) + ":" + quoted(text);
      header += "\"__metadata__\":{" + members + "}";
    }
    for (const std::uint64_t size : {8u, 4u, 2u, 1u}) {
      for (const Tensor& t : tensors_) {
        if (info(t.dtype).size != size) continue;
        const std::string begin = std::to_string(data.size());
        data += t.data;
        header += (header.size() > 1 ? "," : "") + quoted(t.name) + ":{\"dtype\":\"" + info(t.dtype).name +
                  "\",\"shape\":" + weights_detail::text(t.shape) + ",\"data_offsets\":[" + begin + "," +
                  std::to_string(data.size()) + "]}";
      }
    }
    header += "}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = header.size();
    std::string file(8, '\0');
    std::memcpy(file.data(), &length, 8);
    return file + header + data;
  }

  /// Writes beside the file and renames, so that the old file stays whole until the new one is. Throws FileError.
  void write(const std::string& path) const {
    const std::string beside = path + ".part", content = bytes();
    {
      std::ofstream out(beside, std::ios::binary | std::ios::trunc);
      out.write(content.data(), static_cast<std::streamsize>(content.size()));
      out.close();
      if (!out) {
        std::remove(beside.c_str());
        throw FileError(path + ": expected to write " + std::to_string(content.size()) + " bytes, found `" + beside +
                        "` cannot be written");
      }
    }
    if (std::rename(beside.c_str(), path.c_str()) != 0) {
      std::remove(beside.c_str());
      throw FileError(path + ": expected to replace the file, found that it cannot be replaced");
    }
  }

 private:
  struct Tensor {
    std::string name;
    Dtype dtype;
    TensorShape shape;
    std::string data;
  };

  static std::string quoted(const std::string& text) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string s = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\')
        s += '\\', s += c;
      else if (static_cast<unsigned char>(c) < 0x20)
        s += std::string("\\u00") + kDigits[c >> 4] + kDigits[c & 15];
      else
        s += c;
    }
    return s + '"';
  }

  std::map<std::string, std::string> metadata_;
  std::map<std::string, int> names_;
  std::vector<Tensor> tensors_;
};

}  // namespace NN_ISA
}  // namespace nn
