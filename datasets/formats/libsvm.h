#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

namespace spinlab::datasets {

struct LibsvmOptions {
  int64_t features = 0;     // 0: the largest index of the file
  bool zero_based = false;  // whether the first index is 0
};

struct LibsvmRows {
  at::Tensor features;  // float64 (n, d), dense
  at::Tensor labels;    // float64 (n)
};

/// Lines of "LABEL INDEX:VALUE …" with ascending indices, # beginning a comment. [Chang and Lin, LIBSVM,
/// README] Plain, .gz or .xz. Throws c10::ValueError with file and line: a label, index or value that is
/// none, indices out of order or beyond `features`, no lines; a dense matrix that is out of proportion to the
/// file (justified_bytes).
LibsvmRows read_libsvm(const std::filesystem::path& file, const LibsvmOptions& options);

/// Compressed rows: row i has values[starts[i]] … values[starts[i + 1] - 1] in the columns of the same
/// places, which rise.
struct LibsvmSparseRows {
  at::Tensor starts;   // int64 (n + 1)
  at::Tensor columns;  // int32, below width
  at::Tensor values;   // float64
  at::Tensor labels;   // float64 (n)
  int64_t width = 0;
};

/// The same lines as they are, however many columns there are: at most 2³¹.
LibsvmSparseRows read_sparse_libsvm(const std::filesystem::path& file, const LibsvmOptions& options);

}  // namespace spinlab::datasets
