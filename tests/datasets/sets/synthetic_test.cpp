#include "datasets/sets/synthetic.h"

#include <torch/types.h>

#include <numbers>

#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

TEST(Sinusoid, IsExactWithoutNoise) {
  const auto split = make_sinusoid({.samples = 50, .frequency = 3, .noise = 0}, 1);
  EXPECT_EQ(split.inputs.sizes(), (std::vector<int64_t>{50, 1}));
  EXPECT_CLOSE(split.targets, (6 * std::numbers::pi * split.inputs.select(1, 0)).sin(), atol(1e-14));
  EXPECT_TRUE(split.inputs.ge(0).logical_and(split.inputs.lt(1)).all().item<bool>());
}

// The variance of 20,000 normal numbers: relative standard deviation √(2/n) = 0.01; 5.5 of them are exceeded
// with probability 4e-8.
TEST(Sinusoid, NoiseHasTheDeviationAskedFor) {
  const SinusoidOptions clean{.samples = 20'000, .noise = 0}, noisy{.samples = 20'000, .noise = 0.3};
  const auto noise = make_sinusoid(noisy, 2).targets - make_sinusoid(clean, 2).targets;
  EXPECT_CLOSE(noise.square().mean().item<double>(), 0.09, rtol(0.055));
}

TEST(Polynomial, IsTheSumOfItsTerms) {
  const auto split = make_polynomial({.samples = 30, .coefficients = {1, -2, 0, 3}, .noise = 0}, 1);
  const auto x = split.inputs.select(1, 0);
  EXPECT_CLOSE(split.targets, 1 - 2 * x + 3 * x.pow(3), atol(1e-14));
  EXPECT_LT(x.min().item<double>(), 0);
}

TEST(Linear, HasExactlyTheConditionNumberAskedFor) {
  const auto sample =
      make_linear({.samples = 60, .features = 8, .condition = 1000, .nonzero = 3, .noise = 0}, 5);
  const auto X = sample.train.inputs;
  const auto eigenvalues = torch::linalg_eigvalsh(X.t().matmul(X) / 60);
  EXPECT_CLOSE(eigenvalues[7].item<double>(), 1.0, rtol(1e-12));
  EXPECT_CLOSE((eigenvalues[7] / eigenvalues[0]).item<double>(), 1000, rtol(1e-9));
  EXPECT_CLOSE(sample.train.targets, X.matmul(sample.coefficients), atol(1e-12));
  EXPECT_CLOSE(sample.test.targets, sample.test.inputs.matmul(sample.coefficients), atol(1e-12));
}

TEST(Linear, CoefficientsAreSparseSigns) {
  const auto w = make_linear({.samples = 60, .features = 40, .nonzero = 5}, 5).coefficients;
  EXPECT_EQ(w.ne(0).sum().item<int64_t>(), 5);
  EXPECT_EQ(w.abs().sum().item<double>(), 5);
}

// Test covariance against training covariance: an entry of the mean of 50,000 products has standard deviation
// at most √(2/n) = 0.0063; 36 entries, 7 deviations.
TEST(Linear, TestInputsHaveTheTrainingCovariance) {
  const auto sample = make_linear({.samples = 50'000, .features = 8, .condition = 10, .nonzero = 8}, 9);
  const auto covariance = [](const at::Tensor& X) { return X.t().matmul(X) / X.size(0); };
  EXPECT_CLOSE(covariance(sample.test.inputs), covariance(sample.train.inputs), atol(0.045));
}

TEST(Linear, RefusesTheImpossible) {
  EXPECT_THAT(mistake([] { make_linear({.samples = 5, .features = 6}, 1); }),
              HasSubstr("features must lie in"));
  EXPECT_THAT(mistake([] { make_linear({.features = 6, .nonzero = 7}, 1); }),
              HasSubstr("nonzero must lie in"));
  EXPECT_THAT(mistake([] { make_linear({.condition = 0.5}, 1); }), HasSubstr("condition must be 1 or above"));
}

TEST(Synthetic, TheSeedDecidesEveryBit) {
  for (const char* name : {"sinusoid", "polynomial", "linear"}) {
    const auto load = [&](std::uint64_t seed) { return load_dataset({{"name", name}}, DataFolders(), seed); };
    EXPECT_TRUE(load(1).train.targets.equal(load(1).train.targets)) << name;
    EXPECT_FALSE(load(1).train.targets.equal(load(2).train.targets)) << name;
    EXPECT_FALSE(load(1).train.targets.equal(load(1).test.targets)) << name;
  }
}

TEST(Synthetic, OptionsHaveRangesAndTypes) {
  EXPECT_THAT(mistake([] { load_dataset({{"name", "sinusoid"}, {"noise", -1.0}}, DataFolders(), 0); }),
              HasSubstr("noise must lie in"));
  EXPECT_THAT(
      mistake([] { load_dataset({{"name", "polynomial"}, {"coefficients", {1, "x"}}}, DataFolders(), 0); }),
      HasSubstr("coefficients holds an element of the wrong type"));
}

}  // namespace
}  // namespace spinlab::datasets
