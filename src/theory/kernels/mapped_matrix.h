#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

namespace spinlab::theory {

/// A matrix (n, m) that lies in a file, which it makes with all its bytes; what memory it takes goes back to
/// the file where others need it. Throws c10::ValueError where the disk has no room for it.
at::Tensor mapped_matrix(const std::filesystem::path& file, int64_t n, int64_t m,
                         const at::TensorOptions& type);

}  // namespace spinlab::theory
