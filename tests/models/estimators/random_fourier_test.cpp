#include "models/estimators/random_fourier.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/estimators/kernel_ridge.h"
#include "models/estimators/ridge.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class RandomFourierTest : public SpinlabTest {
 protected:
  static MakeKernel gaussian(double width) {
    return [width](const at::Tensor& rows) {
      return make_kernel({{"name", "gaussian"}, {"width", width}}, rows, "kernel");
    };
  }
  at::Tensor X_ = at::rand({300, 2}, at::kDouble), y_ = (4 * X_.select(1, 0)).sin() * X_.select(1, 1) + 1;
};

TEST_F(RandomFourierTest, FeaturesHaveLengthOne) {
  RandomFourier model(gaussian(0.5), 64, 1e-3, 1);
  model.fit(X_, y_);
  EXPECT_EQ(model.map(X_).size(1), 64);
  EXPECT_CLOSE(model.map(X_).square().sum(1), at::ones({300}, at::kDouble), rtol(1e-12));
}

// The variance of φ(x)·φ(z) is (1 + k(2δ) - 2k(δ)²)/D, .399576/D at δ = 1 [reference values]. Of 4,000 seeds
// the mean square error has a relative deviation of at most √(2/4000)·1.2 = 2.7 %; 6 of them are exceeded
// with probability 2e-9.
TEST_F(RandomFourierTest, TheProductsHaveTheirExactVariance) {
  const auto X = at::tensor({0.0, 1.0}, at::kDouble).unsqueeze(1), y = X.squeeze(1);
  constexpr int64_t kSeeds = 4000, kFeatures = 20;
  auto error = at::empty({kSeeds}, at::kDouble);
  for (int64_t seed = 0; seed < kSeeds; ++seed) {
    RandomFourier model(gaussian(1), kFeatures, 1, static_cast<std::uint64_t>(seed));
    model.fit(X, y);
    const auto features = model.map(X);
    error[seed] = features[0].dot(features[1]) - std::exp(-0.5);
  }
  EXPECT_CLOSE(error.square().mean().item<double>() * kFeatures, 0.399576, rtol(0.165));
  EXPECT_LT(std::abs(error.mean().item<double>()), 6 * std::sqrt(0.4 / kFeatures / kSeeds));
}

TEST_F(RandomFourierTest, IsRidgeOnItsFeatures) {
  RandomFourier model(gaussian(0.5), 40, 1e-3, 3);
  model.fit(X_, y_);
  Ridge ridge(1e-3);
  ridge.fit(model.map(X_), y_);
  EXPECT_CLOSE(model.predict(X_), ridge.predict(model.map(X_)), rtol(1e-9));
}

TEST_F(RandomFourierTest, ComesNearKernelRidge) {
  RandomFourier few(gaussian(0.4), 10, 1e-4, 3), many(gaussian(0.4), 4000, 1e-4, 3);
  KernelRidge limit(gaussian(0.4), 1e-4);
  for (Estimator* model : std::initializer_list<Estimator*>{&few, &many, &limit}) model->fit(X_, y_);
  const auto queries = at::rand({50, 2}, at::kDouble);
  const auto away = [&](const Estimator& model) {
    return (model.predict(queries) - limit.predict(queries)).norm().item<double>();
  };
  EXPECT_LT(away(many), 0.2 * away(few));
  EXPECT_LT(away(many) / std::sqrt(50), 0.01);
}

TEST_F(RandomFourierTest, GoesThroughItsStateAndRefusesOthers) {
  RandomFourier fitted(gaussian(0.4), 20, 1e-4, 3), restored(gaussian(0.4), 20, 1e-4, 4),
      other(gaussian(0.4), 22, 1e-4, 3);
  fitted.fit(X_, y_);
  restored.load_state(fitted.state());
  EXPECT_CLOSE(restored.predict(X_), fitted.predict(X_), atol(0));
  EXPECT_THAT(mistake([&] { other.load_state(fitted.state()); }),
              HasSubstr("another number of features than 22"));
  EXPECT_THAT(mistake([&] { RandomFourier(gaussian(1), 3, 1, 1); }), HasSubstr("features must be even"));
  RandomFourier unbound(gaussian(0.4), 2000, 0, 3);
  EXPECT_THAT(mistake([&] { unbound.fit(X_, y_); }), HasSubstr("raise the penalty"));
  EXPECT_EQ(unbound.features(), 0);
}

}  // namespace
}  // namespace spinlab::models
