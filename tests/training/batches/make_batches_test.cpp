#include "src/training/batches/make_batches.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

class RequireBatchesTest : public SpinlabTest {
 protected:
  RequireBatchesTest() {
    set_.name = "toy";
    set_.train = {at::zeros({10, 1, 6, 8}, at::kByte), at::zeros({10}, at::kLong), {}};
    set_.classes = {"a"};
    config_.batch = 5;
  }
  std::string said(const Augmentation& augmentation) {
    config_.augmentation = augmentation;
    return mistake([&] { require_batches(config_, set_); });
  }
  datasets::Dataset set_;
  TrainingConfig config_;
};

TEST_F(RequireBatchesTest, AugmentationFitsTheImages) {
  config_.augmentation = {.flip = true, .translate = 5, .cutout = 6, .mixup = 1};
  require_batches(config_, set_);
  EXPECT_THAT(said({.translate = 6}), HasSubstr("translate is 6, as large as the images of toy, 6 x 8"));
  EXPECT_THAT(said({.cutout = 7}), HasSubstr("cutout is 7, larger than the images of toy, 6 x 8"));
  EXPECT_THAT(said({.turn = true}), HasSubstr("turn is for square images; those of toy are 6 x 8"));
}

TEST_F(RequireBatchesTest, AugmentationNeedsImagesAndMixupClasses) {
  set_.train.targets = at::zeros({10}, at::kDouble);
  EXPECT_THAT(said({.mixup = 1}), HasSubstr("mixup mixes classes; toy has none"));
  set_.train.inputs = at::zeros({10, 3}, at::kDouble);
  EXPECT_THAT(said({.flip = true}), HasSubstr("are for images; toy has none"));
}

TEST_F(RequireBatchesTest, ABatchIsNotLargerThanTheData) {
  config_.batch = 11;
  EXPECT_THAT(said({}), HasSubstr("batch is 11, but toy has only 10"));
}

}  // namespace
}  // namespace spinlab::training
