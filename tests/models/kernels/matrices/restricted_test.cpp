#include <ATen/ATen.h>

#include "models/kernels/matrices/matrices.h"
#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

/// The rows of `matrix` for all its points, which are columns in their order.
at::Tensor rows_of_all(const KernelMatrix& matrix) {
  std::vector<int64_t> all;
  for (int64_t i = 0; i < matrix.size(); ++i) all.push_back(i);
  auto found = at::empty({matrix.size(), matrix.size()}, at::kFloat);
  std::vector<float*> rows;
  for (const auto i : all) rows.push_back(found.data_ptr<float>() + i * matrix.size());
  matrix.columns(all)->rows(all, rows);
  return found.to(at::kDouble);
}

/// All points in another order are not the points in theirs, and one may be there twice.
TEST(RestrictedKernel, PointsAreThoseOfTheirNumbers) {
  const auto X = at::randn({6, 3}, make_generator(4, "points"), at::kDouble);
  const auto kernel = make_kernel({{"name", "gaussian"}, {"width", 1}}, {}, "test"),
             laplace = make_kernel({{"name", "laplace"}, {"width", 1}}, {}, "test");
  for (const std::vector<int64_t>& points :
       {std::vector<int64_t>{3, 0, 5, 1, 4, 2}, {0, 1, 2, 3, 4, 4}, {5, 2}}) {
    const auto some = X.index_select(0, at::tensor(points));
    const auto expect = [&](const KernelPtr& own, const KernelMatrix& whole) {
      const auto found = restricted(whole, points);
      EXPECT_CLOSE(rows_of_all(*found), gram(*own, some), atol(1e-6));
      EXPECT_CLOSE(found->diagonal(), at::ones({some.size(0)}, at::kDouble), atol(1e-12));
      EXPECT_EQ(found->rounding(), whole.rounding());
    };
    expect(kernel, *kernel_matrix(kernel, X));
    expect(kernel, *kernel_matrix(kernel, SparseRows::all_of(X)));
    expect(kernel, *kernel_matrix(gram(*kernel, X)));
    expect(laplace, *kernel_matrix(laplace, X));
  }
}

}  // namespace
}  // namespace spinlab::models
