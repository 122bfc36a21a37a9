// The header of a safetensors file: the strict subset of JSON that the format needs, read from bytes nobody vouches
// for.
//
//   {"__metadata__": {"key": "text", …}, "name": {"dtype": "F32", "shape": [64, 32], "data_offsets": [0, 8192]}, …}
//
// Anything else is refused: other keys and kinds of value, keys given twice, signs, fractions, text that is not UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform.h"

namespace nn {

/// What is wrong with a file, in one sentence that names the file, the tensor, what was expected and what was found.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline namespace NN_ISA {

namespace weights_detail {

/// A part of a message, text or a number. Messages are lists of parts: sums of strings would be most of what a compiler
/// has to do for a file that includes this one.
class Part {
 public:
  Part(const char* text) : text_(text) {}
  Part(std::string_view text) : text_(text) {}
  Part(const std::string& text) : text_(text) {}
  Part(std::uint64_t number) {
    char* first = digits_ + sizeof(digits_);
    do *--first = static_cast<char>('0' + number % 10);
    while (number /= 10);
    text_ = std::string_view(first, static_cast<std::size_t>(digits_ + sizeof(digits_) - first));
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  std::string_view text() const { return text_; }

 private:
  char digits_[20];
  std::string_view text_;
};

inline std::string joined(std::initializer_list<Part> parts) {
  std::string text;
  for (const Part& part : parts) text += part.text();
  return text;
}
[[noreturn]] inline void fail(std::initializer_list<Part> parts) { throw FileError(joined(parts)); }

}  // namespace weights_detail

/// What the header says about one tensor.
struct TensorEntry {
  std::string name;
  std::string dtype;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0, end = 0;  // bytes, from the end of the header
};
struct WeightsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> tensors;
};

/// Reads a header once, from left to right. Its depth is fixed by the format, so nothing recurses.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  NN_COLD WeightsHeader parse() {
    WeightsHeader header;
    Object object{"the header"};
    for (std::string key; next_member(object, key);) {
      if (key == "__metadata__") {
        Object metadata{"the metadata"};
        for (std::string name; next_member(metadata, name);) header.metadata[name] = string("a text of the metadata");
      } else {
        header.tensors.push_back(tensor(key));
      }
    }
    skip_space();
    if (at_ != text_.size()) fail("the end of the header");
    return header;
  }

 private:
  using Part = weights_detail::Part;

  /// An object that is being read: what complaints call it, and the keys so far.
  struct Object {
    std::string what;
    std::set<std::string> keys = {};
  };

  NN_COLD TensorEntry tensor(const std::string& name) {
    TensorEntry t;
    t.name = name;
    const std::string called = weights_detail::joined({"tensor `", name, "`"});
    Object object{called};
    for (std::string key; next_member(object, key);) {
      if (key == "dtype") {
        t.dtype = string("the dtype of " + called);
      } else if (key == "shape") {
        t.shape = numbers("the shape of " + called);
      } else if (key == "data_offsets") {
        const auto offsets = numbers("the data_offsets of " + called);
        if (offsets.size() != 2)
          weights_detail::fail({file_, ": ", called, ": expected 2 data_offsets, found ", offsets.size()});
        t.begin = offsets[0], t.end = offsets[1];
      } else {
        weights_detail::fail({file_, ": ", called, ": expected dtype, shape and data_offsets, found `", key, "`"});
      }
    }
    for (const char* key : {"dtype", "shape", "data_offsets"}) {
      if (object.keys.count(key) == 0)
        weights_detail::fail({file_, ": ", called, ": expected `", key, "`, found none"});
    }
    return t;
  }

  /// Goes to the value of the object's next member, whose key it gives; false behind the last one.
  NN_COLD bool next_member(Object& object, std::string& key) {
    if (object.keys.empty()) {
      expect('{', {object.what, " as an object"});
      if (next_is('}')) return false;
    } else if (!next_is(',')) {
      expect('}', {"`,` or `}` in ", object.what});
      return false;
    }
    key = string("a key in " + object.what);
    if (!object.keys.insert(key).second)
      weights_detail::fail({file_, ": ", object.what, ": expected each key once, found `", key, "` twice"});
    expect(':', {"`:` after the key `", key, "`"});
    return true;
  }

  NN_COLD std::vector<std::uint64_t> numbers(const std::string& what) {
    std::vector<std::uint64_t> list;
    expect('[', {what, " as a list"});
    if (next_is(']')) return list;
    do list.push_back(number(what));
    while (next_is(','));
    expect(']', {"`,` or `]` in ", what});
    return list;
  }

  NN_COLD std::uint64_t number(const std::string& what) {
    skip_space();
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      const std::uint64_t digit = static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > (UINT64_MAX - digit) / 10)
        weights_detail::fail({file_, ": expected numbers below 2^64 in ", what, ", found a larger one"});
      value = 10 * value + digit;
      ++at_;
    }
    const bool has_leading_zero = at_ - begin > 1 && text_[begin] == '0';
    const bool goes_on = at_ < text_.size() && std::string_view(".eE+-").find(text_[at_]) != std::string_view::npos;
    if (at_ == begin || has_leading_zero || goes_on) {
      at_ = begin;
      fail({"a plain whole number in ", what});
    }
    return value;
  }

  NN_COLD std::string string(const std::string& what) {
    expect('"', {what, " as a string"});
    std::string value;
    for (;;) {
      if (at_ == text_.size()) fail({"the closing quote of ", what});
      const unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') break;
      if (c < 0x20) fail({"no control character in ", what});
      if (c == '\\') {
        ++at_;
        append_escape(value, what);
      } else {
        append_utf8(value, what);
      }
    }
    ++at_;
    return value;
  }

  NN_COLD void append_escape(std::string& value, const std::string& what) {
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t i = kLetters.find(c); i != std::string_view::npos) {
      value += kMeanings[i];
      ++at_;
      return;
    }
    if (c != 'u') fail({"an escape of JSON in ", what});
    ++at_;
    std::uint32_t code = four_hex_digits(what);
    if (code >= 0xdc00 && code < 0xe000) fail({"a high surrogate first in ", what});
    if (code >= 0xd800 && code < 0xdc00) {
      if (text_.substr(at_, 2) != "\\u") fail({"a low surrogate in ", what});
      at_ += 2;
      const std::uint32_t low = four_hex_digits(what);
      if (low < 0xdc00 || low >= 0xe000) fail({"a low surrogate in ", what});
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    const auto add = [&](std::uint32_t byte) { value += static_cast<char>(byte); };
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xc0 | code >> 6), add(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      add(0xe0 | code >> 12), add(0x80 | (code >> 6 & 0x3f)), add(0x80 | (code & 0x3f));
    } else {
      add(0xf0 | code >> 18), add(0x80 | (code >> 12 & 0x3f)), add(0x80 | (code >> 6 & 0x3f)),
          add(0x80 | (code & 0x3f));
    }
  }

  NN_COLD std::uint32_t four_hex_digits(const std::string& what) {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c >= '0' && c <= '9')
        code = 16 * code + static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        code = 16 * code + static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        code = 16 * code + static_cast<std::uint32_t>(c - 'A' + 10);
      else
        fail({"four hexadecimal digits in ", what});
    }
    return code;
  }

  /// One character of UTF-8, in its shortest form, no surrogate, at most U+10FFFF.
  NN_COLD void append_utf8(std::string& value, const std::string& what) {
    const unsigned char first = static_cast<unsigned char>(text_[at_]);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || text_.size() - at_ < length) fail({"UTF-8 in ", what});
    for (std::size_t i = 1; i < length; ++i) {
      const unsigned char c = static_cast<unsigned char>(text_[at_ + i]);
      const unsigned char least = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      const unsigned char most = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      if (c < least || c > most) fail({"UTF-8 in ", what});
    }
    value.append(text_.substr(at_, length));
    at_ += length;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool next_is(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c, std::initializer_list<Part> what) {
    if (!next_is(c)) fail(what);
  }

  [[noreturn]] void fail(const char* expected) const { fail({Part(expected)}); }
  [[noreturn]] void fail(std::initializer_list<Part> expected) const {
    std::string found = "the end";
    if (at_ < text_.size()) {
      const unsigned char c = static_cast<unsigned char>(text_[at_]);
      constexpr char kDigits[] = "0123456789abcdef";
      const char hex[] = {kDigits[c >> 4], kDigits[c & 15]};
      found = c >= 0x20 && c < 0x7f ? weights_detail::joined({"`", text_.substr(at_, 1), "`"})
                                    : weights_detail::joined({"byte 0x", std::string_view(hex, 2)});
    }
    weights_detail::fail(
        {file_, ": header, byte ", at_, ": expected ", weights_detail::joined(expected), ", found ", found});
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
};

}  // namespace NN_ISA
}  // namespace nn
