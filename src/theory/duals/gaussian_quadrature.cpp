#include "src/theory/duals/gaussian_quadrature.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <utility>

namespace spinlab::theory {
namespace {

constexpr double kShown = 20, kReach = 24;  // in standard deviations
constexpr int64_t kPoints = 20;             // of a panel
constexpr double kLeastVariance = 1e-24;

}  // namespace

std::pair<at::Tensor, at::Tensor> gauss_legendre(int64_t points) {
  const auto j = at::arange(1, points, at::kDouble);
  const auto beside = j / (4 * j.square() - 1).sqrt();
  const auto [nodes, vectors] = at::linalg_eigh(beside.diag_embed(1) + beside.diag_embed(-1));
  return {nodes, 2 * vectors[0].square()};
}

namespace {

GaussianRule make_rule(const at::Tensor& q, const std::vector<double>& breaks, double width) {
  const auto panels = 2 * static_cast<int64_t>(std::ceil(kReach / width));
  auto edges = at::linspace(-kReach, kReach, panels + 1, at::kDouble).unsqueeze(0);
  edges.select(1, panels / 2).zero_();
  for (const double where : breaks) {
    if (where == 0) continue;
    const auto cut = (where / q.sqrt()).clamp_(-kReach, kReach).unsqueeze(1);
    edges = at::cat({edges.expand({q.size(0), -1}), cut}, 1);
  }
  edges = std::get<0>(edges.sort(1));
  const auto left = edges.slice(1, 0, -1).unsqueeze(2), half = edges.diff(1, 1).unsqueeze(2) / 2;
  static const auto [points, weights] = gauss_legendre(kPoints);
  const auto nodes = (left + half * (1 + points)).flatten(1);
  const auto density = (nodes.square() * -0.5).exp_().div_(std::sqrt(2 * std::numbers::pi));
  return {nodes, (half * weights).flatten(1).mul_(density)};
}

/// That of all variances: made once.
GaussianRule shared_rule(double width) {
  static std::mutex mutex;
  static std::map<double, GaussianRule> rules;
  const std::lock_guard lock(mutex);
  auto& rule = rules[width];
  if (!rule.nodes.defined()) rule = make_rule({}, {}, width);
  return rule;
}

}  // namespace

bool share_a_rule(const std::vector<double>& breaks) {
  return std::ranges::all_of(breaks, [](double at) { return at == 0; });
}

GaussianRule gaussian_rule(const at::Tensor& q, const std::vector<double>& breaks, double width) {
  return share_a_rule(breaks) ? shared_rule(width) : make_rule(q, breaks, width);
}

void expect_decay(const at::Tensor& terms, const GaussianRule& rule, const at::Tensor& q, const char* what) {
  const auto mass = terms.abs();
  const auto all = mass.sum(1), outside = (mass * (rule.nodes.abs() > kShown)).sum(1);
  const auto good = all.isfinite().logical_and(outside <= 1e-12 * all);
  TORCH_CHECK_VALUE(
      good.all().item<bool>(), what, " at a variance of ", q.masked_select(~good)[0].item<double>(),
      " does not converge within 20 standard deviations: φ grows too fast for it, or is not finite");
}

double gaussian_mean(const std::function<at::Tensor(const at::Tensor&)>& f, double q, const char* what,
                     const std::vector<double>& breaks, double tolerance) {
  const auto variance = at::full({1}, std::max(q, kLeastVariance), at::kDouble);
  const auto at_width = [&](double width) {
    const auto rule = gaussian_rule(variance, breaks, width);
    const auto terms = f(rule.nodes * variance.sqrt()) * rule.weights;
    expect_decay(terms, rule, variance, what);
    return std::pair{terms.sum().item<double>(), terms.abs().sum().item<double>()};
  };
  double width = kWidestPanel, change = 0;
  auto before = at_width(width).first;
  for (int i = 0; i < kPanelHalvings; ++i) {
    const auto [now, size] = at_width(width /= 2);
    change = std::abs(now - before) / std::max(size, 1e-300);
    if (change <= tolerance) return now;
    before = now;
  }
  TORCH_CHECK_VALUE(false, what, " is known to ", change, " of itself only, not to ", tolerance,
                    ": φ is not smooth between the breaks that are named");
}

}  // namespace spinlab::theory
