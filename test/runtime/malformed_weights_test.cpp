// Weights files nobody should trust: each is refused with one sentence, and nothing is read outside of it.
#include <gtest/gtest.h>

#include <cstring>
#include <ostream>
#include <string>
#include <vector>

#include "nn/random.h"
#include "nn/weights_file.h"

namespace {

/// A file with that header and so many bytes behind it.
std::string file_with(const std::string& header, std::size_t data = 0) {
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data, 'x');
}
std::string complaint(const std::string& bytes) {
  try {
    nn::WeightsFile::parse(bytes, "w");
  } catch (const nn::FileError& e) { return e.what(); }
  return "";
}

struct Malformed {
  const char* what;
  std::string bytes;
  std::string complaint;

  friend void PrintTo(const Malformed& m, std::ostream* out) { *out << m.what; }
};

const std::string kHeaderError = "w: header, byte ";

const std::vector<Malformed> kFiles = {
    // the frame
    {"empty", "", "w: expected at least the 8 bytes of the header's length, found 0 bytes"},
    {"shorter_than_its_length_field", "1234567",
     "w: expected at least the 8 bytes of the header's length, found 7 bytes"},
    {"header_longer_than_the_file", std::string("\x40\0\0\0\0\0\0\0{}", 10),
     "w: expected a header of 64 bytes, found a file of 10 bytes"},
    {"header_length_beyond_all_reason", std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10),
     "w: expected a header of 18446744073709551615 bytes, found more than the 100000000 that are allowed"},
    {"empty_header", file_with(""), kHeaderError + "0: expected the header as an object, found the end"},
    {"bytes_behind_the_last_tensor", file_with("{}", 3), "w: expected 0 bytes of tensors, found 3"},
    // JSON
    {"header_is_a_list", file_with("[]"), kHeaderError + "0: expected the header as an object, found `[`"},
    {"header_is_cut", file_with(R"({"a")"), kHeaderError + "4: expected `:` after the key `a`, found the end"},
    {"something_behind_the_header", file_with("{} x"), kHeaderError + "3: expected the end of the header, found `x`"},
    {"key_without_quotes", file_with("{a:1}"), kHeaderError + "1: expected a key in the header as a string, found `a`"},
    {"comma_at_the_end", file_with(R"({"__metadata__":{},})"),
     kHeaderError + "19: expected a key in the header as a string, found `}`"},
    {"members_without_comma", file_with(R"({"__metadata__":{"a":"b" "c":"d"}})"),
     kHeaderError + "25: expected `,` or `}` in the metadata, found `\"`"},
    {"string_without_end", file_with(R"({"abc)"),
     kHeaderError + "5: expected the closing quote of a key in the header, found the end"},
    {"control_character", file_with("{\"a\nb\":{}}"),
     kHeaderError + "3: expected no control character in a key in the header, found byte 0x0a"},
    {"unknown_escape", file_with(R"({"\x":{}})"),
     kHeaderError + "3: expected an escape of JSON in a key in the header, found `x`"},
    {"escape_cut", file_with("{\"\\"),
     kHeaderError + "3: expected an escape of JSON in a key in the header, found the end"},
    {"escape_without_digits", file_with(R"({"\u12g4":{}})"),
     kHeaderError + "6: expected four hexadecimal digits in a key in the header, found `g`"},
    {"half_a_surrogate_pair", file_with(R"({"\ud800":{}})"),
     kHeaderError + "8: expected a low surrogate in a key in the header, found `\"`"},
    {"low_surrogate_first", file_with(R"({"\udc00":{}})"),
     kHeaderError + "8: expected a high surrogate first in a key in the header, found `\"`"},
    {"not_utf8", file_with("{\"\xff\":{}}"),
     kHeaderError + "2: expected UTF-8 in a key in the header, found byte 0xff"},
    {"overlong_utf8", file_with("{\"\xe0\x80\x80\":{}}"),
     kHeaderError + "2: expected UTF-8 in a key in the header, found byte 0xe0"},
    {"utf8_cut", file_with("{\"\xc3"), kHeaderError + "2: expected UTF-8 in a key in the header, found byte 0xc3"},
    {"deeply_nested", file_with("{\"a\":" + std::string(100'000, '[')),
     kHeaderError + "5: expected tensor `a` as an object, found `[`"},
    {"name_given_twice", file_with(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{}})"),
     "w: the header: expected each key once, found `a` twice"},
    {"metadata_given_twice", file_with(R"({"__metadata__":{"k":"1","k":"2"}})"),
     "w: the metadata: expected each key once, found `k` twice"},
    {"metadata_of_numbers", file_with(R"({"__metadata__":{"k":1}})"),
     kHeaderError + "21: expected a text of the metadata as a string, found `1`"},
    {"metadata_is_a_string", file_with(R"({"__metadata__":"k"})"),
     kHeaderError + "16: expected the metadata as an object, found `\"`"},
    // a tensor
    {"tensor_is_null", file_with(R"({"a":null})"), kHeaderError + "5: expected tensor `a` as an object, found `n`"},
    {"no_dtype", file_with(R"({"a":{"shape":[0],"data_offsets":[0,0]}})"),
     "w: tensor `a`: expected `dtype`, found none"},
    {"no_shape", file_with(R"({"a":{"dtype":"F32","data_offsets":[0,0]}})"),
     "w: tensor `a`: expected `shape`, found none"},
    {"no_offsets", file_with(R"({"a":{"dtype":"F32","shape":[0]}})"),
     "w: tensor `a`: expected `data_offsets`, found none"},
    {"unknown_member", file_with(R"({"a":{"strides":[1]}})"),
     "w: tensor `a`: expected dtype, shape and data_offsets, found `strides`"},
    {"member_given_twice", file_with(R"({"a":{"dtype":"F32","dtype":"F32"}})"),
     "w: tensor `a`: expected each key once, found `dtype` twice"},
    {"unknown_dtype", file_with(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4),
     "w: tensor `a`: expected a known dtype, found `F31`"},
    {"shape_of_text", file_with(R"({"a":{"dtype":"F32","shape":["1"]}})"),
     kHeaderError + "29: expected a plain whole number in the shape of tensor `a`, found `\"`"},
    {"negative_extent", file_with(R"({"a":{"dtype":"F32","shape":[-1]}})"),
     kHeaderError + "29: expected a plain whole number in the shape of tensor `a`, found `-`"},
    {"extent_with_a_fraction", file_with(R"({"a":{"dtype":"F32","shape":[1.0]}})"),
     kHeaderError + "29: expected a plain whole number in the shape of tensor `a`, found `1`"},
    {"extent_with_an_exponent", file_with(R"({"a":{"dtype":"F32","shape":[1e2]}})"),
     kHeaderError + "29: expected a plain whole number in the shape of tensor `a`, found `1`"},
    {"extent_with_a_leading_zero", file_with(R"({"a":{"dtype":"F32","shape":[01]}})"),
     kHeaderError + "29: expected a plain whole number in the shape of tensor `a`, found `0`"},
    {"extent_beyond_64_bits", file_with(R"({"a":{"dtype":"F32","shape":[18446744073709551616]}})"),
     "w: expected numbers below 2^64 in the shape of tensor `a`, found a larger one"},
    {"elements_beyond_64_bits",
     file_with(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})"),
     "w: tensor `a`: expected a shape that fits 64 bits, found [4294967296, 4294967296]"},
    {"bytes_beyond_64_bits", file_with(R"({"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}})"),
     "w: tensor `a`: expected a shape that fits 64 bits, found [4611686018427387904]"},
    // the offsets
    {"one_offset", file_with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4),
     "w: tensor `a`: expected 2 data_offsets, found 1"},
    {"offsets_go_down", file_with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4),
     "w: tensor `a`: expected data_offsets that go up, found 4 to 0"},
    {"too_few_bytes_for_the_shape", file_with(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
     "w: tensor `a`: expected 8 bytes for F32 [2], found data_offsets 0 to 4"},
    {"too_many_bytes_for_the_shape", file_with(R"({"a":{"dtype":"F16","shape":[],"data_offsets":[0,4]}})", 4),
     "w: tensor `a`: expected 2 bytes for F16 [], found data_offsets 0 to 4"},
    {"beyond_the_end", file_with(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4),
     "w: tensor `a`: expected data up to byte 8, found only 4 bytes"},
    {"far_beyond_the_end",
     file_with(R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,18446744073709551615]}})", 4),
     "w: tensor `a`: expected data up to byte 18446744073709551615, found only 4 bytes"},
    {"a_hole_before_the_first", file_with(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2),
     "w: tensor `a`: expected data from byte 0 on, found a hole at data_offsets 1 to 2"},
    {"a_hole_between",
     file_with(
         R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
         3),
     "w: tensor `b`: expected data from byte 1 on, found a hole at data_offsets 2 to 3"},
    {"an_overlap",
     file_with(
         R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
         3),
     "w: tensor `b`: expected data from byte 2 on, found an overlap at data_offsets 1 to 3"},
    {"the_same_bytes_twice",
     file_with(
         R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
         2),
     "found an overlap at data_offsets 0 to 2"},
};

class MalformedWeights : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedWeights, are_refused_with_one_sentence) {
  const std::string found = complaint(GetParam().bytes), expected = GetParam().complaint;
  if (expected.substr(0, 2) == "w:")
    EXPECT_EQ(found, expected);
  else
    EXPECT_NE(found.find(expected), std::string::npos) << found;
}

INSTANTIATE_TEST_SUITE_P(All, MalformedWeights, testing::ValuesIn(kFiles),
                         [](const auto& instance) { return std::string(instance.param.what); });

std::string a_good_file() {
  const float numbers[6] = {1, 2, 3, 4, 5, 6};
  nn::WeightsWriter writer;
  writer.set_metadata("model", "µ");
  writer.add("linear_0.weight", {2, 3}, numbers);
  writer.add("linear_0.offset", {2}, numbers);
  return writer.bytes();
}

TEST(DamagedWeights, cut_anywhere_are_refused) {
  const std::string good = a_good_file();
  EXPECT_EQ(complaint(good), "");
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_NE(complaint(good.substr(0, length)), "") << length;
}

TEST(DamagedWeights, with_any_byte_changed_are_read_or_refused) {  // and nothing else happens: sanitizers watch
  const std::string good = a_good_file();
  for (std::uint32_t round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (std::uint32_t change = 0; change <= round % 3; ++change) {
      const nn::RandomBlock random = nn::random_block(1, change, round);
      bad[random.word[0] % bad.size()] = static_cast<char>(random.word[1]);
    }
    complaint(bad);
  }
}

}  // namespace
