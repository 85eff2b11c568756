#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "datasets/formats/picture.h"

namespace spinlab::datasets {

bool is_jpeg(std::string_view bytes);

/// Empty where the head could be read into `size`, else what is wrong.
std::string jpeg_size(std::string_view bytes, PictureSize& size);

/// Row by row, interleaved, into `to`, which has room for a picture of `size`. Empty where all went well,
/// else what is wrong.
std::string decode_jpeg(std::string_view bytes, const PictureSize& size, std::uint8_t* to);

}  // namespace spinlab::datasets
