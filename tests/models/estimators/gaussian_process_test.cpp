#include "models/estimators/gaussian_process.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "models/registry.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class GaussianProcessTest : public SpinlabTest {
 protected:
  static KernelPtr kernel(const Json& options) { return make_kernel(options, {}, "kernel"); }
  static GaussianProcess process(const Json& options, const GaussianProcessOptions& process = {}) {
    return {[options](const at::Tensor& rows) { return make_kernel(options, rows, "kernel"); }, process};
  }

  at::Tensor X_ = at::rand({25, 2}, at::kDouble) * 3, Y_ = at::randn({25, 2}, at::kDouble);
};

// The density of a multivariate normal from its covariance's eigenvalues, which takes no factorisation.
TEST_F(GaussianProcessTest, EvidenceIsTheNormalDensity) {
  const auto gaussian = kernel({{"name", "gaussian"}, {"width", 0.8}});
  const ProcessScales scales{std::log(1.7), std::log(0.2)};
  const auto found = evidence(*gaussian, scales, X_, Y_).log_likelihood;
  const auto C = 1.7 * gram(*gaussian, X_) + (0.2 + 1.7e-9) * at::eye(25, at::kDouble);
  const auto [values, vectors] = at::linalg_eigh(C);
  const auto along = vectors.t().mm(Y_);
  const auto exact = -0.5 * (along.square() / values.unsqueeze(1)).sum() - values.log().sum() -
                     25 * std::log(2 * std::numbers::pi);
  EXPECT_CLOSE(found, exact.item<double>(), rtol(1e-10));
}

TEST_F(GaussianProcessTest, GradientIsFiniteDifferences) {
  for (const Json& options : {Json{{"name", "gaussian"}, {"width", {0.8, 2}}},
                              Json{{"name", "laplace"}, {"width", 0.8}}, Json{{"name", "linear"}}}) {
    const auto start = kernel(options);
    const auto p = start->parameters().size(0);
    const auto all = at::cat({start->parameters(), at::tensor({std::log(1.7), std::log(0.2)}, at::kDouble)});
    const auto value = [&](const at::Tensor& at) {
      const ProcessScales scales{at[p].item<double>(), at[p + 1].item<double>()};
      return evidence(*start->with_parameters(at.narrow(0, 0, p)), scales, X_, Y_);
    };
    const auto found = value(all).gradient;
    ASSERT_EQ(found.size(0), p + 2);
    for (int64_t i = 0; i < p + 2; ++i) {
      constexpr double kStep = 1e-5;
      auto by = at::zeros_like(all);
      by[i] = kStep;
      const auto slope = (value(all + by).log_likelihood - value(all - by).log_likelihood) / (2 * kStep);
      EXPECT_CLOSE(found[i].item<double>(), slope, rtol(1e-6) + atol(1e-6))
          << options.dump() << ", parameter " << i;
    }
  }
}

// Rasmussen and Williams, eqs. 2.25 and 2.26, by an inverse.
TEST_F(GaussianProcessTest, PosteriorIsItsFormula) {
  auto model =
      process({{"name", "gaussian"}, {"width", 0.8}}, {.amplitude = 1.5, .noise = 0.3, .fit = false});
  const auto y = Y_.select(1, 0).contiguous(), queries = at::rand({6, 2}, at::kDouble) * 3;
  model.fit(X_, y);
  const auto mean = y.mean(), deviation = y.std(/*unbiased=*/false);
  const auto k = [&](const at::Tensor& A, const at::Tensor& B) { return 2.25 * model.kernel()(A, B); };
  const auto inverse = at::linalg_inv(k(X_, X_) + (0.09 + 2.25e-9) * at::eye(25, at::kDouble));
  const auto across = k(queries, X_);
  const auto found = model.posterior(queries);
  EXPECT_CLOSE(found.mean.squeeze(1), mean + across.mm(inverse).mv(y - mean), rtol(1e-9) + atol(1e-9));
  EXPECT_CLOSE(found.variance.squeeze(1), deviation.square() * (2.25 - (across.mm(inverse) * across).sum(1)),
               rtol(1e-9) + atol(1e-9));
  EXPECT_CLOSE(model.predict(queries), found.mean.squeeze(1), atol(1e-12));
}

// Data drawn from a process: the fit's evidence is at least the truth's, its gradient 0, and with 400 points
// in one dimension the noise is found to a tenth (its relative deviation is √(2/400)/2 = 3.5 %; 20 % are 5.6
// of them: probability 2e-8).
TEST_F(GaussianProcessTest, FindsTheScalesOfItsOwnDraws) {
  const auto X = at::rand({400, 1}, at::kDouble) * 10;
  const auto truth = kernel({{"name", "gaussian"}, {"width", 0.7}});
  auto C = gram(*truth, X);
  C.diagonal().add_(1e-8);
  const auto f = at::linalg_cholesky(C).mm(at::randn({400, 1}, at::kDouble)).squeeze(1);
  const auto y = f + 0.2 * at::randn({400}, at::kDouble);
  auto model = process({{"name", "gaussian"}, {"width", nullptr}});
  model.fit(X, y);
  const auto unit = y.std(/*unbiased=*/false).item<double>();
  const auto z = ((y - y.mean()) / unit).unsqueeze(1);
  const auto found = evidence(model.kernel(), model.scales(), X, z);
  const auto true_one = evidence(*truth, {-2 * std::log(unit), 2 * std::log(0.2 / unit)}, X, z);
  EXPECT_GE(found.log_likelihood, true_one.log_likelihood);
  EXPECT_LT(found.gradient.abs().max().item<double>(), 1e-3);
  EXPECT_CLOSE(std::exp(0.5 * model.scales().log_noise) * unit, 0.2, rtol(0.2));
}

TEST_F(GaussianProcessTest, GoesThroughItsState) {
  auto fitted = process({{"name", "laplace"}, {"width", nullptr}}),
       restored = process({{"name", "laplace"}, {"width", nullptr}});
  fitted.fit(X_, Y_);
  restored.load_state(fitted.state());
  EXPECT_CLOSE(restored.posterior(X_).variance, fitted.posterior(X_).variance, atol(1e-12));
  EXPECT_CLOSE(restored.predict(X_), fitted.predict(X_), atol(1e-12));
}

}  // namespace
}  // namespace spinlab::models
