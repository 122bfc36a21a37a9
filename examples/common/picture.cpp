#include "common/picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t kMaxPixels = std::size_t{1} << 28;  // 3 GiB as floats

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error(path + ": " + what);
}

Bytes read_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) fail(path, "is a folder, not a picture");
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, "cannot be opened: " + std::generic_category().message(errno));
  Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) fail(path, "cannot be read to its end");
  return bytes;
}

void check_size(const std::string& path, std::size_t width, std::size_t height) {
  if (width == 0 || height == 0) fail(path, "has no pixels");
  if (width > kMaxPixels / height) fail(path, "has more than 2^28 pixels");
}

/// From the bytes of red, green, blue, pixel after pixel.
Picture from_bytes(std::size_t width, std::size_t height, const Bytes& bytes) {
  Picture picture(width, height);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) picture.pixels[i][c] = static_cast<float>(bytes[3 * i + c]) / 255;
  }
  return picture;
}

Picture read_png(const std::string& path, const Bytes& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  std::unique_ptr<png_image, decltype(&png_image_free)> owner(&image, png_image_free);
  if (!png_image_begin_read_from_memory(&image, file.data(), file.size())) fail(path, image.message);
  check_size(path, image.width, image.height);

  image.format = PNG_FORMAT_RGB;
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // else the library takes 16 bits without a colour space for linear light
  Bytes bytes(PNG_IMAGE_SIZE(image));
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&image, &white, bytes.data(), 0, nullptr)) fail(path, image.message);
  return from_bytes(image.width, image.height, bytes);
}

Picture read_jpeg(const std::string& path, const Bytes& file) {
  std::unique_ptr<void, decltype(&tjDestroy)> decoder(tjInitDecompress(), tjDestroy);
  auto check = [&](int status) {
    if (status != 0) fail(path, tjGetErrorStr2(decoder.get()));
  };
  int width = 0, height = 0, subsampling = 0, color_space = 0;
  const auto length = static_cast<unsigned long>(file.size());
  check(tjDecompressHeader3(decoder.get(), file.data(), length, &width, &height, &subsampling, &color_space));
  check_size(path, static_cast<std::size_t>(width), static_cast<std::size_t>(height));
  if (color_space == TJCS_CMYK || color_space == TJCS_YCCK)
    fail(path, "is a picture for print (CMYK), not RGB or grey");

  Bytes bytes(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  check(
      tjDecompress2(decoder.get(), file.data(), length, bytes.data(), width, 0, height, TJPF_RGB, TJFLAG_ACCURATEDCT));
  return from_bytes(static_cast<std::size_t>(width), static_cast<std::size_t>(height), bytes);
}

bool starts_with(const Bytes& bytes, std::initializer_list<unsigned char> signature) {
  return bytes.size() >= signature.size() && std::equal(signature.begin(), signature.end(), bytes.begin());
}

}  // namespace

unsigned char to_byte(float component) {
  return static_cast<unsigned char>(std::lround(255 * std::clamp(std::isnan(component) ? 0.f : component, 0.f, 1.f)));
}

Picture read_picture(const std::string& path) {
  const Bytes file = read_file(path);
  if (starts_with(file, {0x89, 'P', 'N', 'G'})) return read_png(path, file);
  if (starts_with(file, {0xFF, 0xD8, 0xFF})) return read_jpeg(path, file);
  fail(path, file.empty() ? "is empty; expected a PNG or JPEG picture" : "is neither a PNG nor a JPEG picture");
}

void write_png(const std::string& path, const Picture& picture) {
  Bytes bytes;
  bytes.reserve(3 * picture.pixels.size());
  for (const Color& color : picture.pixels) {
    for (float component : color) bytes.push_back(to_byte(component));
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  const std::string beside = path + ".part";
  if (!png_image_write_to_file(&image, beside.c_str(), 0, bytes.data(), 0, nullptr)) {
    std::filesystem::remove(beside);
    fail(path, std::string("cannot be written: ") + image.message);
  }
  std::filesystem::rename(beside, path);
}

double psnr(const Picture& target, const Picture& picture) {
  double sum = 0;
  for (std::size_t i = 0; i < target.pixels.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const int difference = to_byte(target.pixels[i][c]) - to_byte(picture.pixels[i][c]);
      sum += difference * difference;
    }
  }
  return 10 * std::log10(255.0 * 255.0 * 3 * static_cast<double>(target.pixels.size()) / sum);
}

Picture side_by_side(const Picture& target, const Picture& picture) {
  Picture all(3 * target.width, target.height);
  for (std::size_t y = 0; y < target.height; ++y) {
    for (std::size_t x = 0; x < target.width; ++x) {
      const Color& wanted = target.pixels[y * target.width + x];
      const Color& learned = picture.pixels[y * target.width + x];
      Color* row = &all.pixels[y * all.width];
      row[x] = wanted;
      row[target.width + x] = learned;
      for (std::size_t c = 0; c < 3; ++c) row[2 * target.width + x][c] = 8 * std::abs(wanted[c] - learned[c]);
    }
  }
  return all;
}
