#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "src/core/seed.h"
#include "src/theory/inference/cholesky.h"
#include "src/theory/inference/conjugate_gradients.h"
#include "src/theory/inference/gradient_flow.h"
#include "src/theory/inference/posterior.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

auto says(const char* what) { return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what)); }

/// Kernels of 12 training and 5 other inputs, and targets.
class InferenceTest : public SpinlabTest {
 protected:
  at::Tensor X_ = at::randn({17, 4}, at::kDouble), Y_ = at::randn({12, 3}, at::kDouble);
  NetworkKernels all_ = kernels(*sequential({dense(1.5, 0.2), activation("erf"), dense(1.5, 0.2)}), X_);
  at::Tensor part(const at::Tensor& K, int64_t row, int64_t rows, int64_t column, int64_t columns) const {
    return K.narrow(0, row, rows).narrow(1, column, columns);
  }
  at::Tensor K_ = part(all_.nngp, 0, 12, 0, 12), across_ = part(all_.nngp, 12, 5, 0, 12),
             own_ = part(all_.nngp, 12, 5, 12, 5);
  at::Tensor T_ = part(all_.ntk, 0, 12, 0, 12), T_across_ = part(all_.ntk, 12, 5, 0, 12);
};

/// Of n + 1 numbers jointly Gaussian, the evidence of all is that of n times the density of the last by the
/// posterior.
TEST_F(InferenceTest, EvidenceIsTheProductOfPredictions) {
  const auto y = Y_.narrow(1, 0, 1);
  double sum = 0;
  for (int64_t n = 0; n < 12; ++n) {
    double mean = 0, variance = K_[n][n].item<double>() + 0.1;
    if (n > 0) {
      const Posterior before(part(K_, 0, n, 0, n), y.narrow(0, 0, n), 0.1);
      const auto across = part(K_, n, 1, 0, n);
      mean = before.mean(across).item<double>();
      variance = before.covariance(across, part(K_, n, 1, n, 1)).item<double>() + 0.1;
    }
    sum -= 0.5 *
           (std::pow(y[n].item<double>() - mean, 2) / variance + std::log(2 * std::numbers::pi * variance));
  }
  EXPECT_CLOSE(Posterior(K_, y, 0.1).log_evidence(), sum, rtol(1e-10));
}

/// min Σ (y - K a)² + λ aᵀ K a: (K + λ) a = y.
TEST_F(InferenceTest, MeanIsKernelRidgeRegression) {
  const auto a = at::linalg_solve(K_ + 0.1 * at::eye(12, at::kDouble), Y_);
  EXPECT_CLOSE(Posterior(K_, Y_, 0.1).mean(across_), across_.mm(a), rtol(1e-9) + atol(1e-11));
}

/// 20,000 draws: the mean's error is within 6 of its standard deviations, an element of the covariance's as
/// well: below 1e-6 for the 15 + 15 numbers together.
TEST_F(InferenceTest, SamplesHaveMeanAndCovariance) {
  constexpr int64_t kDraws = 20'000;
  const Posterior posterior(K_, Y_, 0.1);
  const auto mean = posterior.mean(across_), covariance = posterior.covariance(across_, own_);
  const auto draws = posterior.samples(across_, own_, kDraws, make_generator(3, "posterior samples"));
  const auto deviation = covariance.diagonal().sqrt();
  EXPECT_LT(((draws.mean(0) - mean).abs() / deviation.unsqueeze(1)).max().item<double>(),
            6 / std::sqrt(kDraws));
  const auto centred = (draws - mean).select(2, 0);
  const auto spread = centred.t().mm(centred) / kDraws;
  const auto scale = (deviation.outer(deviation).square() + covariance.square()).sqrt();
  EXPECT_LT(((spread - covariance).abs() / scale).max().item<double>(), 6 / std::sqrt(kDraws));
}

TEST_F(InferenceTest, AKernelThatIsNotPositiveIsMendedByTheNamedNoise) {
  auto K = at::ones({3, 3}, at::kDouble);
  K[0][0] -= 1e-9;
  EXPECT_THAT([&] { cholesky_factor(K, 0); },
              says("is not positive within rounding; a noise of 1e-09 mends it"));
  cholesky_factor(K, 1e-9);
  EXPECT_THAT([&] { cholesky_factor(at::eye(3, at::kDouble) * std::nan(""), 0); }, says("not finite"));
  EXPECT_THAT([&] { cholesky_factor(at::randn({3, 3}, at::kDouble), 1); }, says("not symmetric"));
  EXPECT_THAT([&] { cholesky_factor(at::eye(3, at::kDouble), -1); }, says("at least 0"));
  const auto many = at::zeros({1, 1}, at::kDouble).expand({1'000'000, 1'000'000});
  EXPECT_THAT([&] { cholesky_factor(many, 1); }, says("takes 14901 GiB of memory"));
  EXPECT_THAT([&] { GradientFlow(many, at::zeros({1'000'000, 1}, at::kDouble)); }, says("GiB of memory"));
  EXPECT_THAT([&] { Posterior(K_, Y_.narrow(0, 0, 3), 1); }, says("targets must be (12, outputs)"));
}

/// df/dt = -Θ (f - Y) at the training inputs, by differences.
TEST_F(InferenceTest, FlowSolvesItsEquation) {
  const GradientFlow flow(T_, Y_);
  constexpr double t = 0.3, kStep = 1e-4;
  const auto slope = (flow.mean(t + kStep, T_) - flow.mean(t - kStep, T_)) / (2 * kStep);
  EXPECT_CLOSE(slope, T_.mm(Y_ - flow.mean(t, T_)), rtol(1e-6) + atol(1e-7));
  EXPECT_CLOSE(flow.loss(t), 0.5 * (flow.mean(t, T_) - Y_).square().sum().item<double>(), rtol(1e-10));
  EXPECT_CLOSE(flow.mean(0, T_across_), at::zeros({5, 3}, at::kDouble), atol(1e-14));
}

TEST_F(InferenceTest, AtTheEndTheFlowInterpolates) {
  const GradientFlow flow(T_, Y_);
  const auto end = std::numeric_limits<double>::infinity();
  EXPECT_CLOSE(flow.mean(end, T_), Y_, atol(1e-8));
  EXPECT_CLOSE(flow.mean(end, T_across_), Posterior(T_, Y_, 0).mean(T_across_), rtol(1e-6) + atol(1e-8));
  EXPECT_CLOSE(flow.loss(end), 0.0, atol(1e-14));
}

/// With Θ = K, as where the last layer alone is trained, the ensemble at the end is the process' posterior
/// without noise [Lee et al. 2019, sec. 2.3].
TEST_F(InferenceTest, OfAReadOutTheEnsembleIsThePosterior) {
  const GradientFlow flow(K_, Y_);
  const auto end = std::numeric_limits<double>::infinity();
  EXPECT_CLOSE(flow.covariance(end, across_, K_, across_, own_),
               Posterior(K_, Y_, 0).covariance(across_, own_), atol(1e-8));
  EXPECT_CLOSE(flow.covariance(0, across_, K_, across_, own_), own_, atol(1e-14));
}

/// A linear model's features are its gradients: explicit small steps of its weights follow the flow of Θ = X
/// Xᵀ, to the first order of the step.
TEST_F(InferenceTest, FlowIsGradientDescentOfALinearModel) {
  const auto X = X_.narrow(0, 0, 12), test = X_.narrow(0, 12, 5);
  const GradientFlow flow(X.mm(X.t()), Y_);
  constexpr double kTime = 0.2;
  const auto descended = [&](int64_t steps) {
    auto w = at::zeros({4, 3}, at::kDouble);
    for (int64_t i = 0; i < steps; ++i) w.sub_(X.t().mm(X.mm(w) - Y_) * (kTime / steps));
    return test.mm(w);
  };
  // Richardson: the error of the first order drops out.
  const auto limit = 2 * descended(20'000) - descended(10'000);
  EXPECT_CLOSE(flow.mean(kTime, test.mm(X.t())), limit, atol(1e-6));
}

TEST_F(InferenceTest, ConjugateGradientsSolve) {
  const auto found = conjugate_gradients(K_, Y_, 0.1);
  EXPECT_LT(found.residual, 1e-9);
  EXPECT_CLOSE(found.X, at::linalg_solve(K_ + 0.1 * at::eye(12, at::kDouble), Y_), rtol(1e-8) + atol(1e-9));
  EXPECT_LE(conjugate_gradients(K_, Y_, 0.1, 1e-10, 3).iterations, 3);
  EXPECT_THAT([&] { conjugate_gradients(-K_, Y_, 0); }, says("not positive"));
}

TEST_F(InferenceTest, WhatIsNoTangentKernelIsSaid) {
  EXPECT_THAT([&] { GradientFlow(-T_, Y_); }, says("eigenvalue"));
  const GradientFlow singular(at::ones({12, 12}, at::kDouble), Y_);
  EXPECT_THAT([&] { singular.mean(std::numeric_limits<double>::infinity(), T_across_); },
              says("name a time"));
}

}  // namespace
}  // namespace spinlab::theory
