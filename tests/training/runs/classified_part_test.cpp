#include "src/training/runs/classified_part.h"

#include <ATen/ATen.h>
#include <torch/nn/modules/conv.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/runs/silent_learner.h"

namespace spinlab::training {
namespace {

/// Says what it is told to: for input i (which holds i everywhere) row i of `answers`.
class Saying : public SilentLearner {
 public:
  explicit Saying(at::Tensor answers, std::shared_ptr<torch::nn::Module> module = nullptr)
      : answers_(std::move(answers)) {
    network_.module = std::move(module);
  }
  at::Tensor predict(const at::Tensor& raw) override {
    return answers_.index_select(0, raw.flatten(1).select(1, 0).to(at::kLong));
  }
  const models::Network* network() const override { return network_.module ? &network_ : nullptr; }

 private:
  at::Tensor answers_;
  models::Network network_;
};

class ClassifiedPartTest : public SpinlabTest {
 protected:
  ClassifiedPartTest() {
    set_.name = "toy";
    set_.classes = {"a", "b", "c"};
    const auto number = at::arange(4, at::kByte).view({4, 1, 1, 1});
    set_.test = {number.expand({4, 2, 3, 3}).contiguous(), at::tensor({0, 1, 2, 1}), {}};
  }
  datasets::Dataset set_;
  /// Probabilities of which the first and the last row are right.
  at::Tensor p_ = at::tensor({0.9, 0.06, 0.04, 0.2, 0.3, 0.5, 0.02, 0.92, 0.06, 0.1, 0.7, 0.2}).view({4, 3});
};

TEST_F(ClassifiedPartTest, CountsAndOrdersMistakes) {
  Saying learner(p_.log() + 5);
  const auto told = classified_part(learner, set_, set_.test, {});
  EXPECT_EQ(told.at("confusion"), (Json{{1, 0, 0}, {0, 1, 1}, {0, 1, 0}}));
  // The one whose class was given .06 comes before the one of .3.
  ASSERT_EQ(told.at("mistakes").size(), 2);
  EXPECT_EQ(told.at("mistakes")[0].at("number"), 2);
  EXPECT_EQ(told.at("mistakes")[0].at("said"), 1);
  EXPECT_NEAR(told.at("mistakes")[0].at("probability_of_said").get<double>(), 0.92, 1e-12);
  EXPECT_NEAR(told.at("mistakes")[1].at("probability_of_class").get<double>(), 0.3, 1e-12);
  EXPECT_EQ(told.at("mistakes")[0].at("image"),
            Json::parse("[[[2,2,2],[2,2,2],[2,2,2]],[[2,2,2],[2,2,2],[2,2,2]]]"));
  EXPECT_FALSE(told.contains("filters"));
}

/// .9 and .92 fall into the bin from 13/15 to 14/15, of which one is right; .5 and .7 have bins of their own.
TEST_F(ClassifiedPartTest, CalibrationIsOfTheLargestProbability) {
  Saying learner(p_.log());
  const auto told = classified_part(learner, set_, set_.test, {});
  ASSERT_EQ(told.at("calibration").size(), 3);
  EXPECT_NEAR(told.at("calibration")[2].at("probability").get<double>(), 0.91, 1e-12);
  EXPECT_EQ(told.at("calibration")[2].at("right"), 0.5);
  EXPECT_EQ(told.at("calibration")[2].at("examples"), 2);
  EXPECT_NEAR(told.at("calibration_error").get<double>(), (2 * 0.41 + 0.5 + 0.3) / 4, 1e-12);
}

TEST_F(ClassifiedPartTest, AnEstimatorSaysClassesAlone) {
  Saying learner(at::tensor({0, 0, 2, 1}));
  const auto told = classified_part(learner, set_, set_.test, {});
  EXPECT_EQ(told.at("confusion"), (Json{{1, 0, 0}, {1, 1, 0}, {0, 0, 1}}));
  EXPECT_FALSE(told.contains("calibration"));
  EXPECT_EQ(told.at("mistakes")[0].at("number"), 1);
}

TEST_F(ClassifiedPartTest, FiltersAreImagesOfTheInputsChannels) {
  torch::nn::Conv2d layer(torch::nn::Conv2dOptions(2, 5, 3));
  Saying learner(p_.log(), layer.ptr());
  const auto told = classified_part(learner, set_, set_.test, {});
  ASSERT_EQ(told.at("filters").size(), 5);
  EXPECT_EQ(told.at("filters")[4][1][2][0].get<double>(), layer->weight[4][1][2][0].item<double>());
}

TEST_F(ClassifiedPartTest, ValuesAreRefused) {
  set_.test.targets = at::rand({4}, at::kDouble);
  Saying learner(p_);
  EXPECT_THAT(mistake([&] { classified_part(learner, set_, set_.test, {}); }),
              testing::HasSubstr("toy has no classes"));
}

}  // namespace
}  // namespace spinlab::training
