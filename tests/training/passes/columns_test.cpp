#include "src/training/passes/columns.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ColumnsTest : public SpinlabTest {};

TEST_F(ColumnsTest, AreLibTorchsToTheBit) {
  const Window windows[] = {{5, 5, 1, 0}, {5, 5, 1, 2}, {3, 2, 1, 1}, {2, 3, 2, 0},
                            {3, 3, 2, 1}, {1, 1, 3, 0}, {4, 4, 3, 3}};
  auto columns = at::empty({0}, at::kDouble), singles = at::empty({0}, at::kFloat);
  for (const auto& window : windows) {
    for (const int64_t rows : {3, 1}) {
      const auto x = at::randn({rows, 2, 8, 6}, at::kDouble);
      const auto expected = at::im2col(x, {window.height, window.width}, {1, 1},
                                       {window.padding, window.padding}, {window.stride, window.stride});
      window_columns(columns, x, window);
      EXPECT_TRUE(at::equal(columns, expected))
          << window.height << " " << window.stride << " " << window.padding;
      window_columns(singles, x.to(at::kFloat), window);
      EXPECT_TRUE(at::equal(singles, expected.to(at::kFloat)));
    }
  }
}

}  // namespace
}  // namespace spinlab::training
