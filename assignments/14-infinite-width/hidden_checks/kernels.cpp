// Kernels of deep networks and the regression with them: no layers, calls, signs, small determinants, and
// refusals between right answers.
#include <cmath>

#include "assignments/14-infinite-width/calls.h"
#include "assignments/14-infinite-width/problems.h"

namespace {

using namespace spinlab;
using namespace infinite_width::problems;

/// Without hidden layers both kernels are K⁰, and nothing is called; else each dual once a layer.
TEST(Ntk, OfNoAndOfOneHiddenLayer) {
  const auto X = normal({3, 4}, "points"), K0 = 0.2 + 1.5 * X.matmul(X.t()) / 4;
  int calls = 0, slopes = 0;
  const auto counted = [&](const Tensor& K) {
    ++calls;
    return erf_means(K);
  };
  const auto slopes_counted = [&](const Tensor& K) {
    ++slopes;
    return erf_slope_means(K);
  };
  EXPECT_CLOSE(ntk(X, 0, 1.5, 0.2, counted, slopes_counted), K0, rtol(1e-12) + atol(1e-12));
  EXPECT_EQ(calls + slopes, 0);
  const auto K1 = 0.2 + 1.5 * erf_means(K0);
  EXPECT_CLOSE(ntk(X, 1, 1.5, 0.2, counted, slopes_counted), K1 + 1.5 * erf_slope_means(K0) * K0,
               rtol(1e-11) + atol(1e-12));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(slopes, 1);
}

TEST(Nngp, WithoutHiddenLayersIsLinear) {
  const auto X = normal({3, 4}, "points");
  int calls = 0;
  const auto counted = [&](const Tensor& K) {
    ++calls;
    return erf_means(K);
  };
  EXPECT_CLOSE(nngp(X, 0, 1.5, 0.2, counted), 0.2 + 1.5 * X.matmul(X.t()) / 4, rtol(1e-12) + atol(1e-12));
  EXPECT_EQ(calls, 0);
  nngp(X, 5, 1.5, 0.2, counted);
  EXPECT_EQ(calls, 5);
}

TEST(Nngp, RefusesNegativeDepth) {
  const auto X = normal({3, 2}, "points");
  const auto same = [](const Tensor& K) { return K.clone(); };
  between_right_answers(
      [&] { EXPECT_CLOSE(nngp(X, 1, 2, 0, same), 2 * X.matmul(X.t()), rtol(1e-11) + atol(1e-12)); },
      [&] {
        EXPECT_THROW(nngp(X, -1, 2, 0, same), StudentError);
        EXPECT_THROW(nngp(X, 1, 0, 0, same), StudentError);
        EXPECT_THROW(nngp(X, 1, 2, -0.1, same), StudentError);
        EXPECT_THROW(nngp(X[0], 1, 2, 0, same), StudentError);
      });
}

TEST(Ntk, RefusesNegativeDepth) {
  const auto X = normal({3, 2}, "points");
  const auto same = [](const Tensor& K) { return K.clone(); };
  const auto one = [](const Tensor& K) { return torch::ones_like(K); };
  between_right_answers(
      [&] { EXPECT_CLOSE(ntk(X, 1, 2, 0, same, one), 4 * X.matmul(X.t()), rtol(1e-11) + atol(1e-12)); },
      [&] {
        EXPECT_THROW(ntk(X, -1, 2, 0, same, one), StudentError);
        EXPECT_THROW(ntk(X, 1, -2, 0, same, one), StudentError);
        EXPECT_THROW(ntk(X, 1, 2, -0.1, same, one), StudentError);
        EXPECT_THROW(ntk(X[0], 1, 2, 0, same, one), StudentError);
      });
}

/// Without noise the mean meets the values, and nothing is left to doubt there.
TEST(Posterior, WithoutNoiseMeetsTheValues) {
  const auto K = covariance(5, 2, "met") + 0.2 * eye(5), y = normal({5}, "values");
  const auto beliefs = posterior(K, K, K, y, 0);
  EXPECT_CLOSE(beliefs.mean, y, atol(1e-10));
  EXPECT_CLOSE(beliefs.covariance, zeros({5, 5}), atol(1e-10));
  const auto alone = posterior(K, zeros({2, 5}), eye(2), y, 0.1);
  EXPECT_CLOSE(alone.mean, zeros({2}), atol(1e-14));
  EXPECT_CLOSE(alone.covariance, eye(2), atol(1e-14));
}

TEST(Posterior, RefusesWhatIsNotPositive) {
  const auto J = covariance(5, 2, "right") + 0.2 * eye(5), y = normal({3}, "values");
  const auto K = block(J, 3, false, false), cross = block(J, 3, true, false), prior = block(J, 3, true, true);
  const auto mean = cross.matmul(inverse(K + 0.1 * eye(3))).matmul(y);
  between_right_answers([&] { EXPECT_CLOSE(posterior(K, cross, prior, y, 0.1).mean, mean, atol(1e-10)); },
                        [&] {
                          EXPECT_THROW(posterior(-K, cross, prior, y, 0.1), StudentError);
                          EXPECT_THROW(posterior(torch::ones_like(K) - eye(3), cross, prior, y, 0.1),
                                       StudentError);
                          EXPECT_THROW(posterior(K, cross, prior, y, -1e-3), StudentError);
                          EXPECT_THROW(posterior(K, cross.t(), prior, y, 0.1), StudentError);
                          EXPECT_THROW(posterior(K, cross, prior.slice(0, 0, 1), y, 0.1), StudentError);
                          EXPECT_THROW(posterior(K, cross, prior, y.slice(0, 0, 2), 0.1), StudentError);
                        });
}

/// 400 values of variance 10⁻²: the determinant is 10⁻⁸⁰⁰, its logarithm a plain number.
TEST(LogEvidence, OfATinyDeterminant) {
  const auto y = 0.1 * normal({400}, "many");
  const double expected = -(y.square().sum() / 0.02).item<double>() - 200 * std::log(2 * kPi * 0.01);
  EXPECT_CLOSE(log_evidence(0.004 * eye(400), y, 0.006), expected, rtol(1e-10));
  EXPECT_CLOSE(log_evidence(0.01 * eye(400), y, 0), expected, rtol(1e-10));
}

TEST(LogEvidence, RefusesWhatIsNotPositive) {
  const auto y = normal({2}, "pair");
  const double expected = -(y.square().sum() / 2).item<double>() / 2 - std::log(2 * kPi * 2);
  between_right_answers([&] { EXPECT_CLOSE(log_evidence(eye(2), y, 1), expected, rtol(1e-11)); },
                        [&] {
                          EXPECT_THROW(log_evidence(-eye(2), y, 0.5), StudentError);
                          EXPECT_THROW(log_evidence(eye(2), y, -0.1), StudentError);
                          EXPECT_THROW(log_evidence(eye(3), y, 0), StudentError);
                          EXPECT_THROW(log_evidence(eye(3).slice(0, 0, 2), y, 0), StudentError);
                        });
}

TEST(Nngp, OfOnePointAndOneCoordinate) {
  const auto x = vector({3}).unsqueeze(1);
  const auto same = [](const Tensor& K) { return K.clone(); };
  const auto one = [](const Tensor& K) { return torch::ones_like(K); };
  EXPECT_CLOSE(nngp(x, 1, 2, 0.5, same), vector({0.5 + 2 * 18.5}).unsqueeze(1), rtol(1e-12));
  EXPECT_CLOSE(ntk(x, 1, 2, 0.5, same, one), vector({37.5 + 2 * 18.5}).unsqueeze(1), rtol(1e-12));
}

/// One point seen twice: with noise nothing is wrong with it, without it is refused.
TEST(Posterior, OfAPointSeenTwice) {
  const auto K = torch::ones({2, 2}, torch::kFloat64), cross = torch::ones({1, 2}, torch::kFloat64),
             prior = torch::ones({1, 1}, torch::kFloat64);
  const auto y = vector({1, 2});
  EXPECT_CLOSE(posterior(K, cross, prior, y, 0.5).mean.item<double>(), 1.2, rtol(1e-12));
  EXPECT_CLOSE(posterior(K, cross, prior, y, 0.5).covariance.item<double>(), 0.2, rtol(1e-11));
  EXPECT_CLOSE(log_evidence(K, y, 0.5), -1.4 - std::log(1.25) / 2 - std::log(2 * kPi), rtol(1e-12));
  EXPECT_THROW(posterior(K, cross, prior, y, 0), StudentError);
  EXPECT_THROW(log_evidence(K, y, 0), StudentError);
  EXPECT_THROW(posterior(K, cross, prior, y.unsqueeze(1), 0.5), StudentError);
  EXPECT_THROW(log_evidence(K, y.unsqueeze(1), 0.5), StudentError);
  EXPECT_CLOSE(log_evidence(vector({1}).unsqueeze(1), vector({2}), 1), -1 - std::log(4 * kPi) / 2,
               rtol(1e-12));
  EXPECT_EQ(posterior(K, torch::ones({0, 2}, torch::kFloat64), torch::ones({0, 0}, torch::kFloat64), y, 0.5)
                .mean.numel(),
            0);
}

}  // namespace
