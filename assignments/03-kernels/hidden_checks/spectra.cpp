// Random frequencies and Mercer's spectrum: independence, variances and tails of what is drawn,
// eigenfunctions known in closed form, and refusals between right answers.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "assignments/03-kernels/calls.h"
#include "assignments/03-kernels/problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

/// Independent components, rows and seeds: the correlation of N pairs exceeds 6/√N with probability 2e-9, and
/// that of their squares, whose products have longer tails, with less than 1e-7.
TEST(FourierFrequencies, AreIndependent) {
  const int64_t n = 20000;
  const auto omega = fourier_frequencies(2, n, 1, seed("independent"));
  const auto other = fourier_frequencies(2, n, 1, seed("independent", 1));
  const auto first = omega.slice(0, 0, n / 2).flatten(), second = omega.slice(0, n / 2).flatten();
  const auto x = omega.select(1, 0), y = omega.select(1, 1), z = other.select(1, 0);
  for (const auto& [a, b] : {std::pair{first, second}, {x, y}, {x, z}, {x.slice(0, 1), x.slice(0, 0, -1)}}) {
    EXPECT_CLOSE((a * b).mean().item<double>(), 0.0, atol(6 / std::sqrt(n - 1)));
    EXPECT_CLOSE(((a.square() - 1) * (b.square() - 1) / 2).mean().item<double>(), 0.0,
                 atol(7 / std::sqrt(n - 1)));
  }
  EXPECT_CLOSE(x.square().mean().item<double>(), 1.0, atol(6 * std::sqrt(2.0 / n)));
}

/// P = 25 pairs, D = 50: estimates of k(1) have the variance (1 + k(2) − 2k(1)²)/D = 0.399576/D. Of 2,000
/// estimates the measured variance is off by √(2/2000) = 3 % in the standard deviation: 6 of them.
TEST(FourierFeatures, EstimatesVaryAsTheySay) {
  const int64_t estimates = 2000, pairs = 25;
  const auto omega = fourier_frequencies(1, estimates * pairs, 1, seed("estimates"));
  const auto two = vector({0.3, 1.3}).unsqueeze(1);
  const auto phi =
      fourier_features(two, omega) * std::sqrt(static_cast<double>(estimates));  // each block over √P
  const auto product = phi[0] * phi[1];
  const auto sums = (product.slice(0, 0, estimates * pairs) + product.slice(0, estimates * pairs))
                        .view({estimates, pairs})
                        .sum(1);
  EXPECT_CLOSE(sums.mean().item<double>(), std::exp(-0.5),
               atol(6 * std::sqrt(0.4 / (2 * estimates * pairs))));
  EXPECT_CLOSE(2 * pairs * sums.var(/*unbiased=*/true).item<double>(), 0.399576,
               rtol(6 * std::sqrt(2.0 / estimates)));
}

TEST(FourierFrequencies, TheSeedAloneDecides) {
  const auto drawn = fourier_frequencies(3, 4, 0.5, 7);
  fourier_frequencies(2, 5, 1, 8);
  EXPECT_CLOSE(fourier_frequencies(3, 4, 0.5, 7), drawn, atol(0.0));
  // Sorted, so that the same numbers in other places are no other numbers.
  const auto sorted = [](const Tensor& omega) { return std::get<0>(omega.flatten().sort()); };
  for (const int64_t other : {8, 17, 1007, 7 + 65536, -7}) {
    const auto away = sorted(fourier_frequencies(3, 4, 0.5, other)) - sorted(drawn);
    EXPECT_GT(away.abs().max().item<double>(), 1e-3) << "seeds 7 and " << other;
  }
  EXPECT_CLOSE(fourier_frequencies(3, 4, 5, 7), drawn / 10, rtol(1e-12));
}

TEST(FourierFeatures, RefuseOtherDimensionsAndNoWidth) {
  const auto X = vector({0.5}).unsqueeze(0), omega = vector({2}).unsqueeze(0);
  between_right_answers(
      [&] {
        const auto expected = vector({std::cos(1), std::sin(1)}).unsqueeze(0);
        EXPECT_CLOSE(fourier_features(X, omega), expected, atol(1e-14));
        const auto drawn = fourier_frequencies(1, 1000, 2, seed("not refused"));
        EXPECT_CLOSE(drawn.square().mean().item<double>(), 0.25, rtol(6 * std::sqrt(2.0 / 1000)));
      },
      [&] {
        EXPECT_THROW(fourier_features(X, normal({3, 2}, "plane")), StudentError);
        EXPECT_THROW(fourier_features(normal({3, 2}, "points of a plane"), omega), StudentError);
        EXPECT_THROW(fourier_features(X, omega[0]), StudentError);
        EXPECT_THROW(fourier_frequencies(0, 3, 1, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 0, 1, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 3, 0, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 3, -1, 1), StudentError);
      });
}

/// |ω_a| has the median 1/ℓ along each axis, the length in d = 2 the median √3/ℓ (its law is 1 − 1/√(1 +
/// r²)), and the directions are even. A fraction of N is off by 6 √(1/4N) with probability 2e-9.
TEST(LaplaceFrequencies, HaveTheTailsOfCauchy) {
  const double width = number(0.5, 3, "width"), n = 20000;
  const auto omega = width * laplace_frequencies(2, 20000, width, seed("tails"));
  const auto fraction = [&](const Tensor& of) { return of.to(torch::kFloat64).mean().item<double>(); };
  const auto x = omega.select(1, 0), y = omega.select(1, 1), length = (x.square() + y.square()).sqrt();
  const double within = 6 * std::sqrt(0.25 / n);
  EXPECT_CLOSE(fraction(x.abs() < 1), 0.5, atol(within));
  EXPECT_CLOSE(fraction(y.abs() < 1), 0.5, atol(within));
  EXPECT_CLOSE(fraction(length < std::sqrt(3)), 0.5, atol(within));
  EXPECT_CLOSE(fraction(length > 7), 1 / std::sqrt(50.0), atol(within));
  EXPECT_CLOSE(fraction(length > 100), 1 / std::sqrt(10001.0), atol(6 * std::sqrt(0.01 * 0.99 / n)));
  EXPECT_CLOSE(fraction(x * y > 0), 0.5, atol(within));
  EXPECT_CLOSE(fraction(x.abs() > y.abs()), 0.5, atol(within));
  EXPECT_CLOSE(fraction(x > 0), 0.5, atol(within));
  const auto long_ones = length > std::sqrt(3);
  EXPECT_CLOSE(fraction(long_ones.slice(0, 1).eq(long_ones.slice(0, 0, -1))), 0.5, atol(within));
}

/// The seed alone decides, the width is a unit; 1,000 medians are within 6 √(1/4000) but for 2e-9.
TEST(LaplaceFrequencies, RefuseNoWidthAndNoPairs) {
  between_right_answers(
      [] {
        const auto drawn = laplace_frequencies(2, 500, 1, 7), other = laplace_frequencies(2, 500, 1, 8);
        EXPECT_CLOSE(laplace_frequencies(2, 500, 1, 7), drawn, atol(0.0));
        EXPECT_CLOSE(laplace_frequencies(2, 500, 4, 7), drawn / 4, rtol(1e-12));
        EXPECT_CLOSE((other.slice(1, 1) > drawn.slice(1, 1)).to(torch::kFloat64).mean().item<double>(), 0.5,
                     atol(6 * std::sqrt(0.25 / 500)));
      },
      [] {
        EXPECT_THROW(laplace_frequencies(0, 3, 1, 1), StudentError);
        EXPECT_THROW(laplace_frequencies(2, 0, 1, 1), StudentError);
        EXPECT_THROW(laplace_frequencies(2, 3, 0, 1), StudentError);
        EXPECT_THROW(laplace_frequencies(2, 3, -1, 1), StudentError);
      });
}

/// On a circle with n even nodes cos and sin are exact eigenfunctions, in pairs: the eigenvalues are the
/// discrete Fourier coefficients of the kernel. And Gram matrices over n have those of the sample.
TEST(MercerEigenvalues, OfACircleAreFourierCoefficients) {
  const int64_t n = 24;
  const double width = number(0.5, 2, "circle width");
  const auto angle = 2 * std::numbers::pi * torch::arange(n, torch::kFloat64) / static_cast<double>(n);
  const auto X = torch::stack({angle.cos(), angle.sin()}, 1), K = gaussian(X, X, width);
  const auto weights = torch::full({n}, 1.0 / n, torch::kFloat64);
  std::vector<double> coefficients;
  for (int64_t k = 0; k < n; ++k)
    coefficients.push_back((K[0] * (angle * static_cast<double>(k)).cos()).mean().item<double>());
  std::sort(coefficients.rbegin(), coefficients.rend());
  EXPECT_CLOSE(mercer_eigenvalues(K, weights), vector(coefficients), atol(1e-13));
  EXPECT_CLOSE(mercer_eigenvalues(K, 1e6 * weights), 1e6 * vector(coefficients), atol(1e-7));
}

/// exp(−(c − a)x²) H_k(√(2c) x), a = ¼, b = ½, c = √(a² + 2ab), at places that are no nodes. [Rasmussen and
/// Williams, section 4.3.1]
TEST(MercerFunctions, OfTheGaussianKernelAreHermites) {
  const auto [x, weights] = gaussian_nodes();
  const double a = 0.25, c = std::sqrt(5.0) / 4;
  const auto hermite = [&](const Tensor& at) {
    const auto u = std::sqrt(2 * c) * at;
    std::vector<Tensor> H{torch::ones_like(u), 2 * u};
    for (int k = 1; k < 5; ++k) H.push_back(2 * u * H[k] - 2 * k * H[k - 1]);
    return torch::stack(H, 1) * (-(c - a) * at.square()).exp().unsqueeze(1);
  };
  const auto places = uniform({9}, -2, 2, "places"), at_nodes = hermite(x.squeeze(1));
  const auto norm = (at_nodes.square() * weights.unsqueeze(1)).sum(0).sqrt();
  const auto expected = hermite(places) / norm;
  const auto phi = mercer_functions(gaussian(x, x, 1), weights, gaussian(places.unsqueeze(1), x, 1), 6);
  EXPECT_CLOSE(phi * (phi * expected).sum(0).sign(), expected, atol(1e-8));
}

/// A diagonal K has its own elements as eigenvalues, without rounding. With n = 16 the bound is 16 ε of the
/// first, in any unit: twice as much has a function, half as much and what is negative has none.
TEST(MercerFunctions, CountEigenvaluesAboveRounding) {
  const double bound = 16 * std::numeric_limits<double>::epsilon();
  const auto ones = torch::ones({16}, torch::kFloat64);
  const auto with_last = [&](double last, double unit) {
    auto spectrum = torch::linspace(1, 0.25, 16, torch::kFloat64);
    spectrum[15] = last;
    return torch::diag(unit * spectrum);
  };
  between_right_answers(
      [&] {
        for (const double unit : {1.0, 1e-9, 1e9}) {
          const auto K = with_last(2 * bound, unit);
          EXPECT_CLOSE(mercer_functions(K, ones, K, 16).abs(), eye(16), atol(1e-12)) << "unit " << unit;
          EXPECT_CLOSE(mercer_functions(with_last(-bound, unit), ones, K, 15).abs(), eye(16).slice(1, 0, 15),
                       atol(1e-12));
        }
      },
      [&] {
        for (const double unit : {1.0, 1e-9, 1e9}) {
          const auto K = with_last(bound / 2, unit), negative = with_last(-4 * bound, unit);
          EXPECT_THROW(mercer_functions(K, ones, K, 16), StudentError);
          EXPECT_THROW(mercer_functions(negative, ones, negative, 16), StudentError);
        }
      });
}

TEST(MercerFunctions, RefuseEigenvaluesOfZero) {
  const auto X = normal({5, 2}, "rank two"), K = X.matmul(X.t()),
             weights = torch::full({5}, 0.2, torch::kFloat64);
  auto none = weights.clone();
  none[3] = 0;
  between_right_answers(
      [&] {
        const auto phi = mercer_functions(K, weights, K, 2);
        EXPECT_CLOSE(0.2 * phi.t().matmul(phi), eye(2), atol(1e-10));
        const auto expected = torch::linalg_eigvalsh(X.t().matmul(X) / 5).flip(0);
        EXPECT_CLOSE(mercer_eigenvalues(K, weights).slice(0, 0, 2), expected, rtol(1e-11));
        const auto one = torch::full({1, 1}, 3.0, torch::kFloat64);
        EXPECT_CLOSE(mercer_functions(one, vector({4}), one, 1).abs(), one / 6, atol(1e-12));
      },
      [&] {
        EXPECT_THROW(mercer_functions(K, weights, K, 3), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K, 0), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K, 6), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K.slice(1, 1).contiguous(), 1), StudentError);
        EXPECT_THROW(mercer_functions(K, none, K, 1), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, none), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, -weights), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, weights.slice(0, 1)), StudentError);
      });
}

}  // namespace
