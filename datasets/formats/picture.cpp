#include "datasets/formats/picture.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <png.h>

#include "datasets/formats/jpeg.h"

namespace spinlab::datasets {
namespace {

bool is_png(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }

/// libpng's reader of whole pictures, which needs no longjmp of ours.
class Png {
 public:
  explicit Png(std::string_view bytes) {
    image_.version = PNG_IMAGE_VERSION;
    good_ = png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) != 0;
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16 bits are finer steps of the same scale, not linear light
  }
  ~Png() { png_image_free(&image_); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;

  std::string problem() const {
    const auto failed = (image_.warning_or_error & PNG_IMAGE_ERROR) != 0 || !good_;
    return failed ? std::string(image_.message) : "";
  }
  PictureSize size() const {
    return {static_cast<int64_t>(image_.height), static_cast<int64_t>(image_.width),
            (image_.format & PNG_FORMAT_FLAG_COLOR) != 0};
  }
  bool has_alpha() const { return (image_.format & PNG_FORMAT_FLAG_ALPHA) != 0; }

  /// Interleaved rows of as many channels as size() and has_alpha() say.
  void decode(std::uint8_t* to) {
    const auto alpha = has_alpha();
    if (size().colour)
      image_.format = alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
    else
      image_.format = alpha ? PNG_FORMAT_GA : PNG_FORMAT_GRAY;
    good_ = png_image_finish_read(&image_, nullptr, to, 0, nullptr) != 0;
  }

 private:
  png_image image_{};
  bool good_ = false;
};

PictureSize checked(const PictureSize& size, const std::string& problem, const std::string& name) {
  TORCH_CHECK_VALUE(problem.empty(), name, ": not a readable picture (", problem,
                    "); save it again, or take it away");
  return size;
}

at::Tensor on_white(const at::Tensor& pixels) {
  const auto channels = pixels.size(2) - 1;
  const auto alpha = pixels.slice(2, channels).to(at::kInt);
  const auto mixed = alpha * pixels.slice(2, 0, channels).to(at::kInt) + (255 - alpha) * 255;
  return (mixed + 127).div(255, "floor").to(at::kByte);
}

at::Tensor empty_picture(const PictureSize& size, bool alpha, const std::string& name,
                         std::uint64_t max_bytes) {
  const int64_t channels = (size.colour ? 3 : 1) + alpha;
  const auto pixels = static_cast<std::uint64_t>(size.height) * static_cast<std::uint64_t>(size.width);
  TORCH_CHECK_VALUE(pixels <= max_bytes / channels, name, ": ", size.height, " × ", size.width,
                    " pixels, which is out of proportion to the file; scale it down");
  return at::empty({size.height, size.width, channels}, at::kByte);
}

at::Tensor read_png(std::string_view bytes, const std::string& name, std::uint64_t max_bytes) {
  Png png(bytes);
  const auto size = checked(png.size(), png.problem(), name);
  const auto alpha = png.has_alpha();
  auto pixels = empty_picture(size, alpha, name, max_bytes);
  png.decode(pixels.mutable_data_ptr<std::uint8_t>());
  checked(size, png.problem(), name);
  return alpha ? on_white(pixels) : pixels;
}

at::Tensor read_jpeg(std::string_view bytes, const std::string& name, std::uint64_t max_bytes) {
  const auto size = picture_size(bytes, name);
  auto pixels = empty_picture(size, false, name, max_bytes);
  checked(size, decode_jpeg(bytes, size, pixels.mutable_data_ptr<std::uint8_t>()), name);
  return pixels;
}

}  // namespace

PictureSize picture_size(std::string_view bytes, const std::string& name) {
  if (is_png(bytes)) {
    const Png png(bytes);
    return checked(png.size(), png.problem(), name);
  }
  TORCH_CHECK_VALUE(is_jpeg(bytes), name, ": neither a PNG nor a JPEG; convert it to one, or take it away");
  PictureSize size;
  const auto problem = jpeg_size(bytes, size);
  return checked(size, problem, name);
}

at::Tensor read_picture(std::string_view bytes, const std::string& name, std::uint64_t max_bytes) {
  TORCH_CHECK_VALUE(is_png(bytes) || is_jpeg(bytes), name,
                    ": neither a PNG nor a JPEG; convert it to one, or take it away");
  const auto pixels = is_png(bytes) ? read_png(bytes, name, max_bytes) : read_jpeg(bytes, name, max_bytes);
  return pixels.permute({2, 0, 1}).contiguous();
}

}  // namespace spinlab::datasets
