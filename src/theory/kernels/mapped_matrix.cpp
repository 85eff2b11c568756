#include "src/theory/kernels/mapped_matrix.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace spinlab::theory {

/// The bytes are there before the first is written: a mapped file that outgrows its disk ends the program.
at::Tensor mapped_matrix(const std::filesystem::path& file, int64_t n, int64_t m,
                         const at::TensorOptions& type) {
  const auto bytes = n * m * static_cast<int64_t>(type.dtype().itemsize());
  std::filesystem::create_directories(file.parent_path());
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  TORCH_CHECK_VALUE(descriptor >= 0, file.string(), ": cannot be written (", std::strerror(errno), ")");
  const int failed = ::posix_fallocate(descriptor, 0, bytes);
  ::close(descriptor);
  if (failed != 0) std::filesystem::remove(file);
  TORCH_CHECK_VALUE(failed == 0, file.string(), ": no room for ", bytes >> 20, " MiB (",
                    std::strerror(failed), ")");
  return at::from_file(file.string(), /*shared=*/true, n * m, type).view({n, m});
}

}  // namespace spinlab::theory
