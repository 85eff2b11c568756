#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "assignments/shared/differences.h"
#include "assignments/shared/spectra.h"

/// What the checks hand to a student's functions, and plain second formulas to compare with.
namespace svm::problems {

using namespace spinlab::shared;

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Points with signs, drawn so that both kinds occur.
struct Signed {
  Tensor X, y;
};

/// y at random, and points about ±shift in the first coordinate: they overlap where the shift is small.
inline Signed clouds(int64_t n, int64_t d, double shift, const std::string& purpose) {
  auto y = 2 * integers(n, 2, purpose + " signs").to(torch::kFloat64) - 1;
  y[0] = 1, y[1] = 1, y[n - 2] = -1, y[n - 1] = -1;
  auto X = normal({n, d}, purpose);
  X.select(1, 0) += shift * y;
  return {X, y};
}

/// No point is nearer than `margin` to a drawn plane; (w, b) keeps y (w·x + b) ≥ 1.5, a feasible start.
struct Separable {
  Tensor X, y, start;
};

inline Separable separable(int64_t n, int64_t d, double margin, const std::string& purpose) {
  auto data = clouds(n, d, 0, purpose);
  const auto direction = rotation(d, purpose + " direction")[0];
  const double b = number(-1, 1, purpose + " offset");
  const auto side = data.y * (margin + uniform({n}, 0, 2, purpose + " distances"));
  data.X = data.X + (side - b - data.X.matmul(direction)).unsqueeze(1) * direction;
  const auto plane = torch::cat({direction, vector({b})});
  return {data.X.contiguous(), data.y, 1.5 / margin * plane};
}

inline Tensor gaussian(const Tensor& X, const Tensor& Z, double width) {
  return (-(X.unsqueeze(1) - Z.unsqueeze(0)).square().sum(2) / (2 * width * width)).exp();
}

/// Rows in another order for each seed, so that a remembered α is none of this check's.
inline Tensor any_order(int64_t n, const std::string& purpose) {
  return torch::randperm(n, spinlab::make_generator(spinlab::check_seed(), purpose), torch::kLong);
}

inline Tensor minus_ones(int64_t n) { return -torch::ones({n}, torch::kFloat64); }

/// Σ over pairs, one by one.
inline double objective(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  const auto k = K.accessor<double, 2>();
  const auto s = y.accessor<double, 1>(), a = alpha.accessor<double, 1>(), linear = p.accessor<double, 1>();
  double sum = 0;
  for (int64_t i = 0; i < K.size(0); ++i) {
    sum += linear[i] * a[i];
    for (int64_t j = 0; j < K.size(0); ++j) sum += a[i] * a[j] * s[i] * s[j] * k[i][j] / 2;
  }
  return sum;
}

inline Tensor gradient(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  return (torch::outer(y, y) * K).matmul(alpha) + p;
}

/// Some α in the box with Σ y α = 0: free ones, zeros and ones at C.
inline Tensor feasible(const Tensor& y, double C, const std::string& purpose) {
  auto alpha = zeros({y.size(0)});
  const auto plus = (y > 0).nonzero().view(-1), minus = (y < 0).nonzero().view(-1);
  const auto pairs = std::min(plus.size(0), minus.size(0));
  const auto values = C * uniform({pairs}, 0.1, 0.9, purpose);
  for (int64_t k = 0; k < pairs; ++k) {
    const double value = k % 3 == 1 ? C : k % 3 == 2 ? 0 : values[k].item<double>();
    alpha[plus[k].item<int64_t>()] = value;
    alpha[minus[k].item<int64_t>()] = value;
  }
  return alpha;
}

/// By how much α breaks what holds at an optimum with the level b: s_t = −y_t g_t is b where α_t is free, at
/// most b where it could rise along y, at least b where it could fall.
inline double broken_conditions(const Tensor& y, const Tensor& alpha, const Tensor& g, double C, double b) {
  const auto signs = y.accessor<double, 1>(), a = alpha.accessor<double, 1>(),
             slope = g.accessor<double, 1>();
  double worst = 0;
  for (int64_t t = 0; t < y.size(0); ++t) {
    const double excess = -slope[t] - signs[t] * b;
    if (a[t] < C) worst = std::max(worst, excess);
    if (a[t] > 0) worst = std::max(worst, -excess);
  }
  return worst;
}

/// The best b for that, by ternary search of a convex function.
inline double broken_conditions(const Tensor& y, const Tensor& alpha, const Tensor& g, double C) {
  double low = -100, high = 100;
  while (high - low > 1e-12) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (broken_conditions(y, alpha, g, C, a) < broken_conditions(y, alpha, g, C, b) ? high : low) =
        broken_conditions(y, alpha, g, C, a) < broken_conditions(y, alpha, g, C, b) ? b : a;
  }
  return broken_conditions(y, alpha, g, C, low);
}

inline bool in_box(const Tensor& alpha, double C) {
  return alpha.min().item<double>() >= 0 && alpha.max().item<double>() <= C;
}

}  // namespace svm::problems
