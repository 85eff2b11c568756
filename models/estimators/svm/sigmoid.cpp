#include "models/estimators/svm/sigmoid.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace spinlab::models {
namespace {

constexpr int kSteps = 100;
constexpr double kRidge = 1e-12, kLeastSlope = 1e-5, kLeastStep = 1e-10, kDescent = 1e-4;

/// log(1 + exp(z)) without overflow.
double softplus(double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }

struct Likelihood {
  std::vector<double> f;
  std::vector<double> target;

  /// -Σ t log p + (1 - t) log(1 - p)
  double loss(const Sigmoid& s) const {
    double sum = 0;
    for (size_t i = 0; i < f.size(); ++i) {
      const auto z = s.a * f[i] + s.b;
      sum += softplus(z) - (1 - target[i]) * z;
    }
    return sum;
  }
};

struct Slope {
  double a = 0, b = 0, aa = kRidge, ab = 0, bb = kRidge;

  Slope(const Likelihood& of, const Sigmoid& s) {
    for (size_t i = 0; i < of.f.size(); ++i) {
      const auto f = of.f[i], p = s(f), difference = of.target[i] - p, weight = p * (1 - p);
      a += f * difference, b += difference;
      aa += f * f * weight, ab += f * weight, bb += weight;
    }
  }
};

}  // namespace

double Sigmoid::operator()(double f) const {
  const auto z = a * f + b;
  return z > 0 ? std::exp(-z) / (1 + std::exp(-z)) : 1 / (1 + std::exp(z));
}

Sigmoid fit_sigmoid(const std::vector<double>& f, const std::vector<double>& y) {
  const auto above = static_cast<double>(std::ranges::count(y, 1.0));
  const auto below = static_cast<double>(y.size()) - above;
  const auto largest = std::abs(*std::ranges::max_element(f, {}, [](double x) { return std::abs(x); }));
  const auto unit = largest > 0 ? largest : 1;  // else squares of f may not be finite
  Likelihood likelihood;
  for (const auto value : f) likelihood.f.push_back(value / unit);
  for (const auto label : y)
    likelihood.target.push_back(label > 0 ? (above + 1) / (above + 2) : 1 / (below + 2));
  Sigmoid s{0, std::log((below + 1) / (above + 1))};
  auto loss = likelihood.loss(s);
  for (int step = 0; step < kSteps; ++step) {
    const Slope slope(likelihood, s);
    if (std::abs(slope.a) < kLeastSlope && std::abs(slope.b) < kLeastSlope) break;
    const auto determinant = slope.aa * slope.bb - slope.ab * slope.ab;
    const auto by_a = -(slope.bb * slope.a - slope.ab * slope.b) / determinant;
    const auto by_b = -(slope.aa * slope.b - slope.ab * slope.a) / determinant;
    const auto descent = slope.a * by_a + slope.b * by_b;
    double length = 1;
    for (; length >= kLeastStep; length /= 2) {
      const Sigmoid next{s.a + length * by_a, s.b + length * by_b};
      const auto there = likelihood.loss(next);
      if (there >= loss + kDescent * length * descent) continue;
      s = next;
      loss = there;
      break;
    }
    if (length < kLeastStep) break;
  }
  return {s.a / unit, s.b};
}

/// The conditions are linear: [Q e; eᵀ 0] [p; λ] = [0; 1] with Q_ii = Σ_j≠i r_ji², Q_ij = -r_ji r_ij.
at::Tensor coupled(const at::Tensor& r) {
  const auto k = r.size(1);
  const auto off = r.masked_fill(at::eye(k, at::kBool), 0);
  auto system = at::zeros({r.size(0), k + 1, k + 1}, at::kDouble);
  const auto Q = system.slice(1, 0, k).slice(2, 0, k);
  Q.copy_(-off * off.transpose(1, 2));
  Q.diagonal(0, 1, 2).copy_(off.square().sum(1));
  system.slice(1, 0, k).select(2, k).fill_(1);
  system.select(1, k).slice(1, 0, k).fill_(1);
  auto right = at::zeros({r.size(0), k + 1}, at::kDouble);
  right.select(1, k).fill_(1);
  const auto p = at::linalg_solve(system, right.unsqueeze(2)).squeeze(2).slice(1, 0, k).clamp_min(0);
  return p / p.sum(1, true);
}

}  // namespace spinlab::models
