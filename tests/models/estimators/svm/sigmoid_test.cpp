#include "models/estimators/svm/sigmoid.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/core/seed.h"
#include "tests/models/estimators/svm/recorded_problem.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

/// Two values and two parameters: each side's probability is Platt's target, (n + 1) / (n + 2).
TEST(SvmSigmoid, OfTwoValuesItHasTheTargets) {
  const auto s = fit_sigmoid({1, 1, 1, -1, -1, -1, -1}, {1, 1, 1, -1, -1, -1, -1});
  EXPECT_NEAR(s(1), 4.0 / 5, 1e-5);
  EXPECT_NEAR(s(-1), 1.0 / 6, 1e-5);
}

TEST(SvmSigmoid, TheLikelihoodIsFlatAtItsParameters) {
  const auto f = at::randn({300}, make_generator(1, "values"), at::kDouble) * 30;
  const auto noise = at::randn({300}, make_generator(1, "noise"), at::kDouble) * 20;
  std::vector<double> values, labels;
  double above = 0;
  for (int64_t i = 0; i < 300; ++i) {
    values.push_back(f[i].item<double>());
    labels.push_back((f[i] + noise[i]).item<double>() > 5 ? 1 : -1);
    above += labels.back() > 0;
  }
  const auto s = fit_sigmoid(values, labels);
  double slope_a = 0, slope_b = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto target = labels[i] > 0 ? (above + 1) / (above + 2) : 1 / (300 - above + 2);
    slope_a += values[i] * (target - s(values[i]));
    slope_b += target - s(values[i]);
  }
  EXPECT_NEAR(slope_a, 0, 1e-3);
  EXPECT_NEAR(slope_b, 0, 1e-4);
  EXPECT_LT(s.a, 0);
}

TEST(SvmSigmoid, ValuesOfAnySizeHaveAProbability) {
  const auto s = fit_sigmoid({1e300, 1, -1, -1e300}, {1, 1, -1, -1});
  for (const double f : {1e300, 1.0, -1.0, -1e300}) EXPECT_TRUE(s(f) >= 0 && s(f) <= 1) << f;
}

/// Pairs that agree, r_ij = p_i / (p_i + p_j), give p back.
TEST(SvmCoupling, PairsThatAgreeAreCoupledToTheirProbabilities) {
  const auto p = at::rand({5, 4}, make_generator(2, "p"), at::kDouble).add(0.05);
  const auto expected = p / p.sum(1, true);
  const auto r = expected.unsqueeze(2) / (expected.unsqueeze(2) + expected.unsqueeze(1));
  EXPECT_CLOSE(coupled(r), expected, atol(1e-12));
}

/// Of pairs that do not: the quadratic form is least, on the plane Σ p = 1.
TEST(SvmCoupling, TheDisagreementIsLeast) {
  auto r = at::rand({1, 4, 4}, make_generator(3, "r"), at::kDouble) * 0.8 + 0.1;
  r = at::triu(r, 1) + at::tril(1 - r.transpose(1, 2), -1);
  const auto disagreement = [&](const at::Tensor& p) {
    const auto each = r[0].t() * p.unsqueeze(1) - r[0] * p.unsqueeze(0);  // r_ji p_i - r_ij p_j
    return each.square().sum().item<double>();
  };
  const auto p = coupled(r)[0];
  EXPECT_NEAR(p.sum().item<double>(), 1, 1e-12);
  auto generator = make_generator(3, "directions");
  for (int trial = 0; trial < 20; ++trial) {
    auto step = at::randn({4}, generator, at::kDouble) * 1e-3;
    step = step - step.mean();
    EXPECT_GT(disagreement(p + step), disagreement(p));
  }
}

/// Of two normal clouds around ±μ the posterior is 1 / (1 + exp(-2μx)), of which the fitted probabilities are
/// off by a few hundredths.
TEST(SvmProbabilities, AreNearAKnownPosterior) {
  if (svm_is_left_out()) GTEST_SKIP();
  const auto y = at::arange(1200).remainder(2);
  const auto X = at::randn({1200, 1}, make_generator(4, "clouds"), at::kDouble) +
                 (y * 2 - 1).to(at::kDouble).unsqueeze(1);
  SvmClassifier model(any_rows({{"name", "linear"}}), 2, {.C = 0.1, .probabilities = true});
  model.fit(X, y);
  const auto x = at::linspace(-2.5, 2.5, 21, at::kDouble).unsqueeze(1);
  const auto p = model.probabilities(x);
  EXPECT_CLOSE(p.select(1, 1), at::sigmoid(2 * x.squeeze(1)), atol(0.06));
  EXPECT_CLOSE(p.sum(1), at::ones({21}, at::kDouble), rtol(1e-12));
}

}  // namespace
}  // namespace spinlab::models
