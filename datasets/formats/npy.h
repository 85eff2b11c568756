#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace spinlab::datasets {

/// NumPy's array files, versions 1 to 3
/// [https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html]. Read are bool, int8 to int64,
/// uint8 and float16 to float64 of either byte order, in C or Fortran order; the tensor is contiguous. What
/// the header promises is compared with the file's size before anything is allocated. Throws c10::ValueError
/// that names the file (of an .npz the array too): another type (of an object array: that it holds pickled
/// code, which is never run), a malformed header, bytes that are missing or left over.
at::Tensor read_npy(const std::filesystem::path& file);

/// The arrays of an .npz (a zip of .npy files, compressed or not) by their names. Throws as read_npy, and
/// where it is no zip, a name comes twice, or the arrays are out of proportion to the file (justified_bytes).
std::map<std::string, at::Tensor> read_npz(const std::filesystem::path& file);

/// `tensor` as version 1.0, in C order and this machine's byte order. bool, int8 to int64, uint8, float16 to
/// float64.
void write_npy(const std::filesystem::path& file, const at::Tensor& tensor);

/// The same, several by name, uncompressed.
void write_npz(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors);

}  // namespace spinlab::datasets
