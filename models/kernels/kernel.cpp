#include "models/kernels/kernel.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::models {
namespace {

constexpr int64_t kBlock = 1024;
/// Numbers of a block of kernel values that are made at a time: 64 MiB.
constexpr int64_t kBlockNumbers = 8 << 20;

/// What a kernel of a user's own returns is looked at before it is believed.
at::Tensor values(const Kernel& kernel, const at::Tensor& X, const at::Tensor& Z) {
  auto K = kernel(X, Z);
  TORCH_CHECK_VALUE(K.defined() && K.dim() == 2 && K.size(0) == X.size(0) && K.size(1) == Z.size(0) &&
                        K.scalar_type() == X.scalar_type(),
                    "a kernel of ", X.size(0), " and ", Z.size(0), " points must give (", X.size(0), ", ",
                    Z.size(0), ") in the points' type, got ",
                    K.defined() ? c10::str(K.scalar_type(), ' ', K.sizes()) : "nothing");
  return K;
}

}  // namespace

at::Tensor Kernel::centres(const at::Tensor& X, const at::Tensor& which) const {
  return X.index_select(0, which);
}

at::Tensor Kernel::parameters() const { return at::empty({0}, at::kDouble); }

at::Tensor Kernel::coordinates(const at::Tensor&) const { return {}; }

SparseRows Kernel::coordinates(const SparseRows&) const {
  TORCH_CHECK_VALUE(false,
                    "sparse rows need a kernel of inner products; choose gaussian, linear, polynomial or "
                    "sigmoid");
}

void Kernel::of_products(at::Tensor&, const at::Tensor&, const at::Tensor&) const {
  TORCH_INTERNAL_ASSERT(false, "the kernel is no function of inner products");
}

at::Tensor Kernel::gradient(const at::Tensor&, const at::Tensor&, const at::Tensor&) const {
  return parameters();
}

at::Tensor Kernel::frequencies(int64_t, int64_t, at::Generator) const {
  TORCH_CHECK_VALUE(false,
                    "random Fourier features need a kernel of x - z alone; choose gaussian or laplace");
}

Json kernel_with_defaults(const Json& options, const std::string& where) {
  return with_defaults(registered_options<KernelEntry>(), "kernel", options, where);
}

KernelPtr make_kernel(const Json& options, const at::Tensor& rows, const std::string& where) {
  const Config config(kernel_with_defaults(options, where), where);
  return registry<KernelEntry>().at(config.get<std::string>("name")).make(config, rows);
}

at::Tensor gram(const Kernel& kernel, const at::Tensor& X) {
  const auto n = X.size(0);
  auto K = at::empty({n, n}, X.options());
  for (int64_t row = 0; row < n; row += kBlock) {
    const auto rows = std::min(kBlock, n - row);
    for (int64_t column = 0; column <= row; column += kBlock) {
      const auto columns = std::min(kBlock, n - column);
      auto block = values(kernel, X.narrow(0, row, rows), X.narrow(0, column, columns));
      if (column == row) block = block.tril().add_(block.tril(-1).t());  // symmetric to the last bit
      K.narrow(0, row, rows).narrow(1, column, columns).copy_(block);
      if (column < row) K.narrow(0, column, columns).narrow(1, row, rows).copy_(block.t());
    }
  }
  return K;
}

at::Tensor expansion(const Kernel& kernel, const at::Tensor& X, const at::Tensor& Z,
                     const at::Tensor& alpha) {
  auto all = at::empty({X.size(0), alpha.size(1)}, alpha.options());
  const auto together = std::max<int64_t>(kBlockNumbers / std::max<int64_t>(Z.size(0), 1), 1);
  for (int64_t first = 0; first < X.size(0); first += together) {
    const auto count = std::min(together, X.size(0) - first);
    all.narrow(0, first, count).copy_(values(kernel, X.narrow(0, first, count), Z).mm(alpha));
  }
  return all;
}

}  // namespace spinlab::models
