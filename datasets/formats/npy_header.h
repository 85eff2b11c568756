#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::datasets {

/// What the head of a .npy says of the bytes behind it.
struct NpyHeader {
  c10::ScalarType type = c10::ScalarType::Double;
  bool swapped = false;  // the other byte order than this machine's
  bool fortran = false;
  std::vector<int64_t> shape;
  std::uint64_t bytes = 0;
};

/// Reads the dictionary of a header: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }. Throws
/// c10::ValueError, one line without the file's name: another type, keys or form, a size that overflows.
NpyHeader parse_npy_header(std::string_view dictionary);

/// The head of version 1.0 for this machine's byte order, padded as NumPy pads it.
std::string npy_head(c10::ScalarType type, const std::vector<int64_t>& shape);

}  // namespace spinlab::datasets
