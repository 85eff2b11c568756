#include "src/training/failed_step.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

Batch of(int64_t examples) { return {at::zeros({examples, 2}), at::zeros({examples}), 0}; }

at::Tensor fails(const Batch&) { TORCH_CHECK(false, "Expected more than 1 value per channel"); }

TEST(FailedStep, SaysWhereItWas) {
  EXPECT_EQ(mistake([] { with_place(fails, of(8), 12, 3); }),
            "step 12 (epoch 3), a batch of 8 examples: Expected more than 1 value per channel");
  EXPECT_EQ(
      mistake([] { with_place(fails, of(1), 1, 1); }),
      "step 1 (epoch 1), a batch of 1 example: Expected more than 1 value per channel; choose a batch that "
      "leaves no single example over");
}

TEST(FailedStep, IsNoneWhereTheGradientIsFound) {
  const auto loss = with_place([](const Batch& batch) { return batch.inputs.sum() + 2; }, of(3), 1, 1);
  EXPECT_EQ(loss.item<double>(), 2);
}

TEST(FailedStep, LeavesAnEndOfMemoryAsItIs) {
  const auto grows = [](const Batch&) -> at::Tensor { TORCH_CHECK_WITH(OutOfMemoryError, false, "no more"); };
  EXPECT_THROW(with_place(grows, of(3), 1, 1), c10::OutOfMemoryError);
}

}  // namespace
}  // namespace spinlab::training
