#include "models/kernels/kernel.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class KernelTest : public SpinlabTest {
 protected:
  static KernelPtr make(const Json& options, const at::Tensor& rows = {}) {
    return make_kernel(options, rows, "kernel");
  }

  at::Tensor X_ = at::randn({7, 3}, at::kDouble), Z_ = at::randn({5, 3}, at::kDouble);
  std::vector<Json> all_ = {{{"name", "gaussian"}, {"width", 0.7}},
                            {{"name", "gaussian"}, {"width", {0.5, 1, 3}}},
                            {{"name", "laplace"}, {"width", 1.3}},
                            {{"name", "laplace"}, {"width", {0.5, 1, 3}}},
                            {{"name", "polynomial"}, {"degree", 3}, {"scale", 0.5}, {"offset", 2}},
                            {{"name", "linear"}}};
};

TEST_F(KernelTest, AreTheirFormulas) {
  const auto x = X_[2], z = Z_[4];
  const auto width = at::tensor({0.5, 1.0, 3.0}, at::kDouble);
  const at::Tensor expected[] = {((x - z).square().sum() / (-2 * 0.49)).exp(),
                                 (((x - z) / width).square().sum() / -2).exp(),
                                 ((x - z).abs().sum() / -1.3).exp(),
                                 (((x - z) / width).abs().sum() * -1).exp(),
                                 (x.dot(z) * 0.5 + 2).pow(3),
                                 x.dot(z)};
  for (size_t i = 0; i < all_.size(); ++i)
    EXPECT_CLOSE((*make(all_[i]))(X_, Z_)[2][4], expected[i], rtol(1e-12)) << all_[i].dump();
}

TEST_F(KernelTest, GramMatricesAreSymmetricAndPositive) {
  const auto X = at::randn({1100, 3}, at::kDouble);  // more than one block
  for (const auto& options : all_) {
    const auto kernel = make(options);
    const auto K = gram(*kernel, X);
    EXPECT_CLOSE(K, (*kernel)(X, X), rtol(1e-10) + atol(1e-10)) << options.dump();
    EXPECT_CLOSE(K, K.t(), atol(0));
    EXPECT_CLOSE(K.diagonal(), kernel->diagonal(X), rtol(1e-12));
    const auto least = at::linalg_eigvalsh(K)[0].item<double>();
    EXPECT_GT(least, -1e-12 * K.trace().item<double>()) << options.dump();
  }
}

// ‖x - z‖² by products loses what lies below 1e-16 ‖x‖²; taken from the points' middle it does not.
TEST_F(KernelTest, DistancesSurviveAFarOrigin) {
  const auto kernel = make({{"name", "gaussian"}, {"width", 1}});
  EXPECT_CLOSE((*kernel)(X_ + 1e7, Z_ + 1e7), (*kernel)(X_, Z_), rtol(1e-6));
}

TEST_F(KernelTest, GradientsAreFiniteDifferences) {
  const auto A = at::randn({7, 7}, at::kDouble), M = A + A.t();
  for (const auto& options : all_) {
    const auto kernel = make(options);
    const auto at = kernel->parameters(), found = kernel->gradient(X_, gram(*kernel, X_), M);
    ASSERT_EQ(found.sizes(), at.sizes());
    for (int64_t p = 0; p < at.size(0); ++p) {
      constexpr double kStep = 1e-5;
      const auto sum = [&](double by) {
        auto moved = at.clone();
        moved[p] += by;
        return (M * gram(*kernel->with_parameters(moved), X_)).sum();
      };
      EXPECT_CLOSE(found[p], (sum(kStep) - sum(-kStep)) / (2 * kStep), rtol(1e-7) + atol(1e-8))
          << options.dump();
    }
  }
}

// Bochner: E cos ω(x - z) = k(x, z). Over 400,000 draws the mean of a cosine is off by 1/√(2·400,000) or less
// in deviation: 6 of them, 6.7e-3, are exceeded with probability 2e-9 each.
TEST_F(KernelTest, FrequenciesHaveTheKernelAsTheirTransform) {
  for (const auto& options : {all_[0], all_[1], all_[2], all_[3]}) {
    const auto kernel = make(options);
    const auto omega = kernel->frequencies(3, 400'000, make_generator(kSeed, "frequencies"));
    const auto mean = omega.mm((X_.slice(0, 0, 5) - Z_).t()).cos().mean(0);
    EXPECT_CLOSE(mean, (*kernel)(X_.slice(0, 0, 5), Z_).diagonal(), atol(6.7e-3)) << options.dump();
  }
  EXPECT_THAT(mistake([&] { make(all_[4])->frequencies(3, 2, make_generator(1, "")); }),
              HasSubstr("choose gaussian or laplace"));
}

TEST_F(KernelTest, AWidthThatIsNotGivenIsTheMedianDistance) {
  const auto rows = at::tensor({0.0, 1.0, 3.0}, at::kDouble).unsqueeze(1);  // distances 1, 2, 3
  EXPECT_CLOSE(make({{"name", "gaussian"}}, rows)->parameters().exp(), at::full({1}, 2, at::kDouble),
               rtol(1e-12));
  EXPECT_CLOSE(make({{"name", "gaussian"}}, at::ones({4, 2}, at::kDouble))->parameters().exp(),
               at::ones({1}, at::kDouble), rtol(1e-12));
}

TEST_F(KernelTest, GammaIsHalfOfTheInverseSquaredWidth) {
  const auto x = X_[2], z = Z_[4];
  EXPECT_CLOSE((*make({{"name", "gaussian"}, {"gamma", 0.3}}))(X_, Z_)[2][4],
               ((x - z).square().sum() * -0.3).exp(), rtol(1e-12));
}

TEST_F(KernelTest, TheSigmoidIsATangent) {
  const auto kernel = make({{"name", "sigmoid"}, {"offset", -1}}, X_);  // its scale is 1/d
  EXPECT_CLOSE((*kernel)(X_, Z_)[2][4], (X_[2].dot(Z_[4]) / 3 - 1).tanh(), rtol(1e-12));
  EXPECT_CLOSE(kernel->diagonal(X_), (*kernel)(X_, X_).diagonal(), rtol(1e-12));
}

TEST_F(KernelTest, OptionsOutOfRangeAreOneLine) {
  const std::pair<Json, const char*> wrong[] = {
      {{{"name", "gauss"}}, "gaussian"},
      {{{"name", "gaussian"}, {"width", 0}}, "width"},
      {{{"name", "gaussian"}, {"width", -1}}, "width"},
      {{{"name", "gaussian"}, {"gamma", 0}}, "gamma"},
      {{{"name", "gaussian"}, {"gamma", 1}, {"width", 1}}, "set one of the two to null"},
      {{{"name", "gaussian"}, {"width", Json::array()}}, "0 widths"},
      {{{"name", "gaussian"}, {"width", {1, 0, 1}}}, "each width"},
      {{{"name", "gaussian"}, {"width", {1, 1}}}, "2 widths for 3 columns"},
      {{{"name", "laplace"}, {"widht", 1}}, "width"},
      {{{"name", "polynomial"}, {"degree", 0}}, "degree"},
      {{{"name", "polynomial"}, {"degree", 1.5}}, "degree"},
      {{{"name", "polynomial"}, {"offset", -1}}, "offset"},
  };
  for (const auto& [options, said] : wrong) {
    EXPECT_THAT(mistake([&] { make(options, X_); }), HasSubstr(said)) << options.dump();
  }
}

/// As a user's own source registers one.
class Brownian : public Kernel {
 public:
  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    return at::minimum(X, Z.t());
  }
  at::Tensor diagonal(const at::Tensor& X) const override { return X.squeeze(1); }
  KernelPtr with_parameters(const at::Tensor&) const override { return std::make_shared<Brownian>(); }
};
const Registered<KernelEntry> kBrownian{
    {.name = "brownian-of-this-test",
     .summary = "min(x, z)",
     .make = [](const Config&, const at::Tensor&) -> KernelPtr { return std::make_shared<Brownian>(); }}};

TEST_F(KernelTest, AUsersOwnIsKnownByItsName) {
  const auto x = at::tensor({0.5, 2.0, 1.0}, at::kDouble).unsqueeze(1);
  EXPECT_CLOSE(gram(*make({{"name", "brownian-of-this-test"}}), x).diagonal(), x.squeeze(1), atol(0));
}

}  // namespace
}  // namespace spinlab::models
