#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "assignments/shared/differences.h"
#include "assignments/shared/draws.h"

/// What the checks hand to a student's functions, and plain second implementations to compare with.
namespace infinite_width::problems {

using namespace spinlab::shared;

constexpr double kPi = std::numbers::pi;

/// A covariance matrix of n variables with about the given variances, full rank.
inline Tensor covariance(int64_t n, double variance, const std::string& purpose) {
  const auto A = normal({n, n + 1}, purpose);
  return variance / static_cast<double>(n + 1) * A.matmul(A.t());
}

/// E f(z) for z ~ N(0, variance), by Simpson's rule on both sides of 0, where f may have a kink or a step: f
/// is asked for z = 0 from above and, mirrored, from below.
inline double gaussian_integral(const std::function<double(double)>& f, double variance) {
  constexpr int kSteps = 4000;
  constexpr double kLimit = 10, kStep = kLimit / kSteps;
  const double deviation = std::sqrt(variance);
  double sum = 0;
  for (int k = 0; k <= kSteps; ++k) {
    const double z = k == 0 ? 1e-14 : k * kStep, weight = k == 0 || k == kSteps ? 1 : k % 2 == 1 ? 4 : 2;
    sum += weight * std::exp(-z * z / 2) * (f(deviation * z) + f(-deviation * z));
  }
  return sum * kStep / 3 / std::sqrt(2 * kPi);
}

/// A nonlinearity, and its mean over a Gaussian of the given mean and variance in closed form.
struct Conditional {
  std::function<double(double)> phi;
  std::function<double(double, double)> mean;
};

inline double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

inline Conditional relu() {
  return {[](double u) { return std::max(u, 0.0); },
          [](double m, double q) {
            const double s = std::sqrt(q);
            return m * normal_cdf(m / s) + s * std::exp(-m * m / (2 * q)) / std::sqrt(2 * kPi);
          }};
}

inline Conditional step() {
  return {[](double u) { return u > 0 ? 1.0 : 0.0; },
          [](double m, double q) { return normal_cdf(m / std::sqrt(q)); }};
}

inline Conditional error_function() {
  return {[](double u) { return std::erf(u); },
          [](double m, double q) { return std::erf(m / std::sqrt(1 + 2 * q)); }};
}

inline Conditional slope_of_error_function() {
  return {
      [](double u) { return 2 / std::sqrt(kPi) * std::exp(-u * u); },
      [](double m, double q) { return 2 / std::sqrt(kPi * (1 + 2 * q)) * std::exp(-m * m / (1 + 2 * q)); }};
}

/// E φ(u_i) φ(u_j), u ~ N(0, K): given u_i, u_j is Gaussian with mean K_ij/K_ii u_i and variance K_jj −
/// K_ij²/K_ii. For matrices of full rank.
inline Tensor means_of_products(const Conditional& phi, const Tensor& K) {
  const auto k = K.accessor<double, 2>();
  auto means = torch::empty_like(K);
  for (int64_t i = 0; i < K.size(0); ++i) {
    for (int64_t j = 0; j < K.size(0); ++j) {
      const double slope = k[i][j] / k[i][i], rest = k[j][j] - k[i][j] * slope;
      means[i][j] = gaussian_integral(
          [&](double u) { return phi.phi(u) * (i == j ? phi.phi(u) : phi.mean(slope * u, rest)); }, k[i][i]);
    }
  }
  return means;
}

/// Duals in closed form, one pair after the other.
inline Tensor pairwise(const Tensor& K, const std::function<double(double, double, double)>& mean) {
  const auto k = K.accessor<double, 2>();
  auto means = torch::empty_like(K);
  for (int64_t i = 0; i < K.size(0); ++i) {
    for (int64_t j = 0; j < K.size(0); ++j) means[i][j] = mean(k[i][i], k[j][j], k[i][j]);
  }
  return means;
}

inline Tensor relu_means(const Tensor& K) {
  return pairwise(K, [](double q, double r, double k) {
    const double angle = std::acos(std::clamp(k / std::sqrt(q * r), -1.0, 1.0));
    return std::sqrt(q * r) * (std::sin(angle) + (kPi - angle) * std::cos(angle)) / (2 * kPi);
  });
}

inline Tensor step_means(const Tensor& K) {
  return pairwise(K, [](double q, double r, double k) {
    return 0.5 - std::acos(std::clamp(k / std::sqrt(q * r), -1.0, 1.0)) / (2 * kPi);
  });
}

inline Tensor erf_means(const Tensor& K) {
  return pairwise(K, [](double q, double r, double k) {
    return 2 / kPi * std::asin(2 * k / std::sqrt((1 + 2 * q) * (1 + 2 * r)));
  });
}

inline Tensor erf_slope_means(const Tensor& K) {
  return pairwise(K, [](double q, double r, double k) {
    return 4 / kPi / std::sqrt((1 + 2 * q) * (1 + 2 * r) - 4 * k * k);
  });
}

/// Points on the circle of radius √2 in the plane at the given angles: unit variance before the first layer.
inline Tensor circle(const Tensor& angles) {
  return std::sqrt(2) * torch::stack({angles.cos(), angles.sin()}, 1);
}

/// tanh and its derivative.
inline Tensor hyperbolic(const Tensor& u) { return u.tanh(); }
inline Tensor slope_of_hyperbolic(const Tensor& u) { return 1 - u.tanh().square(); }

/// erf and its derivative.
inline Tensor error_functions(const Tensor& u) { return u.erf(); }
inline Tensor slopes_of_error_functions(const Tensor& u) {
  return 2 / std::sqrt(kPi) * torch::exp(-u.square());
}

/// A network of task 10 and targets for it.
struct Finite {
  Tensor X, y, W, v;
};

inline Finite finite_network(int64_t n, int64_t d, int64_t width, const std::string& purpose) {
  return {normal({n, d}, purpose + " points"), normal({n}, purpose + " targets"),
          normal({width, d}, purpose + " W"), normal({width}, purpose + " v")};
}

/// Its output at one point, by a loop over the neurons.
inline double output(const Tensor& x, const Tensor& W, const Tensor& v) {
  double sum = 0;
  for (int64_t a = 0; a < v.size(0); ++a)
    sum += v[a].item<double>() *
           std::erf(W[a].dot(x).item<double>() / std::sqrt(static_cast<double>(x.size(0))));
  return sum / std::sqrt(static_cast<double>(v.size(0)));
}

/// ∇f(x_i) by all of W and v, a row for each point, by central differences.
inline Tensor jacobian(const Tensor& X, const Tensor& W, const Tensor& v) {
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < X.size(0); ++i) {
    const auto by_W = central_differences([&](const Tensor& at) { return output(X[i], at, v); }, W);
    const auto by_v = central_differences([&](const Tensor& at) { return output(X[i], W, at); }, v);
    rows.push_back(torch::cat({by_W.reshape(-1), by_v}));
  }
  return torch::stack(rows);
}

/// The largest |mean| that N independent numbers in [−range, range] may have about their expectation, but for
/// 1e-9: 2 exp(−N t²/2 range²) = 1e-9. [Hoeffding 1963, theorem 2]
inline double hoeffding(int64_t n, double range = 1) {
  return range * std::sqrt(2 * std::log(2e9) / static_cast<double>(n));
}

/// The same where their variance is known, and none is farther than 2 from its mean. [Bernstein 1946]
inline double bernstein(int64_t n, double variance) {
  const double size = std::log(2e9) / static_cast<double>(n);
  return 2 * size / 3 + std::sqrt(4 * size * size / 9 + 2 * size * variance);
}

/// The first n rows or columns, and the others.
inline Tensor block(const Tensor& A, int64_t n, bool new_rows, bool new_columns) {
  const auto rows = new_rows ? A.slice(0, n) : A.slice(0, 0, n);
  return new_columns ? rows.slice(1, n) : rows.slice(1, 0, n);
}

}  // namespace infinite_width::problems
