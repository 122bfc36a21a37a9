// Pictures: every kind of PNG and JPEG file is read, and what cannot be read says so.
#include "examples/common/picture.h"

#include <gtest/gtest.h>
#include <png.h>
#include <turbojpeg.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace {

std::string temporary(const std::string& name) {
  return (std::filesystem::path(testing::TempDir()) / ("nnc_picture_" + name)).string();
}

/// A PNG file of any of libpng's formats.
template <class Component>
std::string png(const std::string& name, unsigned format, unsigned width, unsigned height,
                const std::vector<Component>& components) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = format;
  image.width = width;
  image.height = height;
  std::string path = temporary(name);
  EXPECT_TRUE(png_image_write_to_file(&image, path.c_str(), 0, components.data(), 0, nullptr)) << image.message;
  return path;
}

std::string jpeg(const std::string& name, TJPF format, TJSAMP sampling, int width, int height,
                 const std::vector<unsigned char>& bytes) {
  unsigned char* out = nullptr;
  unsigned long size = 0;
  tjhandle encoder = tjInitCompress();
  EXPECT_EQ(tjCompress2(encoder, bytes.data(), width, 0, height, format, &out, &size, sampling, 95, 0), 0);
  std::string path = temporary(name);
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(out), static_cast<long>(size));
  tjFree(out);
  tjDestroy(encoder);
  return path;
}

std::string text_file(const std::string& name, const std::string& text) {
  std::string path = temporary(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string message_of(const std::string& path) {
  try {
    read_picture(path);
  } catch (const std::runtime_error& error) { return error.what(); }
  return "was read";
}

void expect_near(const Color& color, float r, float g, float b, float tolerance) {
  EXPECT_NEAR(color[0], r, tolerance);
  EXPECT_NEAR(color[1], g, tolerance);
  EXPECT_NEAR(color[2], b, tolerance);
}

TEST(Picture, a_png_of_one_pixel_is_a_picture) {
  const Picture picture = read_picture(png<unsigned char>("one.png", PNG_FORMAT_RGB, 1, 1, {10, 20, 30}));
  ASSERT_EQ(picture.pixels.size(), 1u);
  expect_near(picture.pixels[0], 10 / 255.f, 20 / 255.f, 30 / 255.f, 1e-6f);
}

TEST(Picture, rows_come_from_the_top) {
  const Picture picture = read_picture(png<unsigned char>("rows.png", PNG_FORMAT_GRAY, 2, 3, {0, 1, 2, 3, 4, 5}));
  ASSERT_EQ(picture.width, 2u);
  ASSERT_EQ(picture.height, 3u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(to_byte(picture.pixels[i][0]), i);
}

TEST(Picture, grey_becomes_color) {
  expect_near(read_picture(png<unsigned char>("grey.png", PNG_FORMAT_GRAY, 1, 1, {51})).pixels[0], .2f, .2f, .2f,
              1e-6f);
  expect_near(
      read_picture(jpeg("grey.jpg", TJPF_GRAY, TJSAMP_GRAY, 9, 5, std::vector<unsigned char>(45, 51))).pixels[44], .2f,
      .2f, .2f, 0.01f);
}

TEST(Picture, transparent_pixels_lie_on_white) {
  const auto path = png<unsigned char>("alpha.png", PNG_FORMAT_RGBA, 2, 1, {255, 0, 0, 255, 255, 0, 0, 0});
  const Picture picture = read_picture(path);
  expect_near(picture.pixels[0], 1, 0, 0, 1e-6f);
  expect_near(picture.pixels[1], 1, 1, 1, 1e-6f);
}

TEST(Picture, sixteen_bits_become_eight_of_the_same_light) {
  const auto path = png<std::uint16_t>("sixteen.png", PNG_FORMAT_LINEAR_Y, 1, 1, {static_cast<std::uint16_t>(14027)});
  expect_near(read_picture(path).pixels[0], .5f, .5f, .5f, 0.01f);  // 14027 / 65535 of linear light is sRGB one half
}

TEST(Picture, a_jpeg_of_odd_size_keeps_its_colors) {
  std::vector<unsigned char> bytes;
  for (int i = 0; i < 17 * 11; ++i) bytes.insert(bytes.end(), {200, 100, 50});
  const Picture picture = read_picture(jpeg("odd.jpg", TJPF_RGB, TJSAMP_420, 17, 11, bytes));
  ASSERT_EQ(picture.width, 17u);
  ASSERT_EQ(picture.height, 11u);
  expect_near(picture.pixels.back(), 200 / 255.f, 100 / 255.f, 50 / 255.f, 0.02f);
}

TEST(Picture, what_cannot_be_read_says_so_and_names_the_file) {
  EXPECT_NE(message_of("/nonexistent.png").find("/nonexistent.png: cannot be opened"), std::string::npos);
  EXPECT_NE(message_of("/tmp").find("is a folder"), std::string::npos);
  EXPECT_NE(message_of(text_file("empty.png", "")).find("is empty"), std::string::npos);
  EXPECT_NE(message_of(text_file("text.png", "hello")).find("neither a PNG nor a JPEG"), std::string::npos);
}

TEST(Picture, a_truncated_file_is_an_error_wherever_it_ends) {
  const auto png_path = png<unsigned char>("whole.png", PNG_FORMAT_RGB, 8, 8, std::vector<unsigned char>(192, 7));
  const auto jpeg_path = jpeg("whole.jpg", TJPF_RGB, TJSAMP_444, 8, 8, std::vector<unsigned char>(192, 7));
  for (const std::string& path : {png_path, jpeg_path}) {
    std::ifstream file(path, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t size = 0; size + 12 < whole.size(); ++size) {  // a PNG's last 12 bytes hold nothing
      EXPECT_NE(message_of(text_file("part", whole.substr(0, size))), "was read") << path << " cut at " << size;
    }
  }
}

TEST(Picture, what_is_written_is_read_back) {
  Picture picture(3, 2);
  for (std::size_t i = 0; i < 6; ++i) picture.pixels[i] = {static_cast<float>(i) / 5, 0.25f, 1.5f};
  const std::string path = temporary("written.png");
  write_png(path, picture);
  EXPECT_EQ(psnr(picture, read_picture(path)), std::numeric_limits<double>::infinity());
}

TEST(Picture, an_unwritable_place_is_an_error) {
  EXPECT_THROW(write_png("/nonexistent/picture.png", Picture(1, 1)), std::runtime_error);
}

TEST(Picture, psnr_of_one_step_of_eight_bits_is_48_db) {
  Picture black(2, 2), dark(2, 2);
  for (Color& color : dark.pixels) color = {1 / 255.f, 1 / 255.f, 1 / 255.f};
  EXPECT_NEAR(psnr(black, dark), 20 * std::log10(255.0), 1e-9);
}

TEST(Picture, components_are_clamped_and_not_a_number_is_black) {
  EXPECT_EQ(to_byte(-1), 0);
  EXPECT_EQ(to_byte(2), 255);
  EXPECT_EQ(to_byte(std::nanf("")), 0);
}

TEST(Picture, the_error_beside_the_picture_is_eightfold) {
  Picture target(1, 1), picture(1, 1);
  target.pixels[0] = {0.5f, 0.5f, 0.5f};
  picture.pixels[0] = {0.4f, 0.5f, 0.6f};
  const Picture all = side_by_side(target, picture);
  ASSERT_EQ(all.width, 3u);
  expect_near(all.pixels[2], 0.8f, 0, 0.8f, 1e-5f);
}

}  // namespace
