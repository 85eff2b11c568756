#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>

/// One PNG or JPEG in memory. [PNG: ISO/IEC 15948 by libpng; JPEG: ITU-T T.81 by libjpeg]
namespace spinlab::datasets {

struct PictureSize {
  int64_t height = 0, width = 0;
  bool colour = false;  // else grey

  bool operator==(const PictureSize&) const = default;
};

/// Height, width and whether it is coloured, from the head alone. `name` begins every message. Throws
/// c10::ValueError: neither a PNG nor a JPEG, damaged, a JPEG in CMYK.
PictureSize picture_size(std::string_view bytes, const std::string& name);

/// uint8 (1, H, W) of a grey picture, (3, H, W) of a coloured one. 16-bit PNGs are rounded to 8 bits,
/// palettes are colours, what is transparent is mixed with white: round((alpha · value + (255 - alpha) · 255)
/// / 255). Throws c10::ValueError as above, and where the picture takes more than `max_bytes`, or bytes are
/// missing or spoilt.
at::Tensor read_picture(std::string_view bytes, const std::string& name, std::uint64_t max_bytes);

}  // namespace spinlab::datasets
