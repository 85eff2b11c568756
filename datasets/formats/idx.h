#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

/// The idx format: two zero bytes, a byte for the type, one for the number of dimensions, these as big-endian
/// uint32, then the elements, big-endian, row-major. [LeCun, Cortes, Burges,
/// http://yann.lecun.com/exdb/mnist/] Plain, .gz or .xz.
namespace spinlab::datasets {

/// A file of unsigned bytes that must have `dimensions` of them, at most `max_rows` long in the first and
/// 1024 in the others. Returns uint8 of that shape. Throws c10::ValueError, before it allocates, where the
/// header says otherwise; where bytes are missing or left over.
at::Tensor read_idx(const std::filesystem::path& file, int64_t dimensions, int64_t max_rows,
                    const std::string& remedy);

/// A file of any shape (up to 8 dimensions) and type: uint8, int8, int16, int32, float32 or float64. Throws
/// c10::ValueError as above, and before it allocates where the shape is out of proportion to the file
/// (justified_bytes).
at::Tensor read_any_idx(const std::filesystem::path& file);

}  // namespace spinlab::datasets
