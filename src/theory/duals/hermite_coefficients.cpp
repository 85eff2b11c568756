#include "src/theory/duals/hermite_coefficients.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace spinlab::theory {
namespace {

constexpr double kShown = 20, kReach = 24;  // in standard deviations
constexpr double kWidest = 0.5;             // of a panel
constexpr int64_t kPoints = 20;             // of a panel
constexpr int64_t kFewest = 8;
constexpr int kRefinements = 4;
constexpr int64_t kBlockNumbers = 1 << 20;

/// Nodes (kPoints) and weights of Gauss and Legendre on [-1, 1], by the eigenvalues of Jacobi's matrix [Golub
/// and Welsch, Math. Comp. 23 (1969) 221].
std::pair<at::Tensor, at::Tensor> legendre() {
  const auto j = at::arange(1, kPoints, at::kDouble);
  const auto beside = j / (4 * j.square() - 1).sqrt();
  const auto [nodes, vectors] = at::linalg_eigh(beside.diag_embed(1) + beside.diag_embed(-1));
  return {nodes, 2 * vectors[0].square()};
}

/// Quadrature over z with the standard normal's density in the weights: (1, N), or (n, N) where breaks of
/// φ(√q z) lie elsewhere for every q.
struct Rule {
  at::Tensor nodes, weights;
};

Rule make_rule(const at::Tensor& q, const std::vector<double>& breaks, double width) {
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
  static const auto [points, weights] = legendre();
  const auto nodes = (left + half * (1 + points)).flatten(1);
  const auto density = (nodes.square() * -0.5).exp_().div_(std::sqrt(2 * std::numbers::pi));
  return {nodes, (half * weights).flatten(1).mul_(density)};
}

struct Values {
  at::Tensor at, slope;  // φ and φ' at √q z, (n, N)
};

Values evaluate(const std::function<at::Tensor(const at::Tensor&)>& phi, const at::Tensor& q,
                const Rule& rule) {
  const at::AutoGradMode with_gradient(true);
  const auto u = (q.sqrt().unsqueeze(1) * rule.nodes).detach().requires_grad_(true);
  const auto value = phi(u);
  TORCH_CHECK_VALUE(value.defined() && value.sizes() == u.sizes() && value.scalar_type() == at::kDouble,
                    "φ must give a float64 tensor of its argument's shape");
  if (!value.requires_grad()) return {value.detach(), at::zeros_like(u)};  // a constant
  const auto slope =
      torch::autograd::grad({value.sum()}, {u}, {}, std::nullopt, false, /*allow_unused=*/true)[0];
  return {value.detach(), slope.defined() ? slope : at::zeros_like(u)};
}

void expect_decay(const at::Tensor& mass, const Rule& rule, const at::Tensor& q) {
  const auto all = mass.sum(1), outside = (mass * (rule.nodes.abs() > kShown)).sum(1);
  const auto bad = ~(outside <= 1e-12 * all);
  TORCH_CHECK_VALUE(
      !bad.any().item<bool>(), "E φ(u)² at a variance of ", q.masked_select(bad)[0].item<double>(),
      " does not converge within 20 standard deviations: φ grows too fast for it, or is not finite");
}

struct Squares {
  at::Tensor value, derivative;
};

Squares squares(const Values& found, const Rule& rule, const at::Tensor& q) {
  const auto mass = found.at.square() * rule.weights, slopes = found.slope.square() * rule.weights;
  expect_decay(mass, rule, q);
  expect_decay(slopes, rule, q);
  return {mass.sum(1), slopes.sum(1)};
}

double largest_change(const Squares& coarse, const Squares& fine) {
  const auto change = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs() / b.abs().clamp_min(1e-300)).max().item<double>();
  };
  return std::max(change(coarse.value, fine.value), change(coarse.derivative, fine.derivative));
}

/// A width of panels at which the squares have settled, seen on a few of the variances.
double settled_width(const std::function<at::Tensor(const at::Tensor&)>& phi, const at::Tensor& q,
                     const SeriesOptions& options) {
  constexpr int64_t kFew = 8;
  const auto few = std::get<0>(q.sort()).index_select(
      0, at::linspace(0, static_cast<double>(q.size(0) - 1), std::min(kFew, q.size(0)), at::kDouble)
             .to(at::kLong));
  const auto squares_at = [&](double width) {
    const auto rule = make_rule(few, options.breaks, width);
    return squares(evaluate(phi, few, rule), rule, few);
  };
  double width = kWidest, change = 0;
  auto coarse = squares_at(width);
  for (int i = 0; i < kRefinements; ++i, width /= 2) {
    const auto fine = squares_at(width / 2);
    change = largest_change(coarse, fine);
    if (change <= options.tolerance / 100) return width;
    coarse = fine;
  }
  TORCH_CHECK_VALUE(false, "E φ(u)² is known to ", change, " only, not to ", options.tolerance / 100,
                    ": φ is not smooth; say where in SeriesOptions::breaks, or allow a larger tolerance");
}

/// Of the rows that share a rule, at least `fewest`.
at::Tensor coefficients(const at::Tensor& values, const Rule& rule, const Squares& all, const at::Tensor& q,
                        const SeriesOptions& options, int64_t fewest) {
  const auto root = rule.weights.sqrt(), weighted = values * root;
  auto before = at::zeros_like(root), now = root.clone();
  auto left = all.value.clone(), left_of_derivative = all.derivative.clone();
  const double enough = options.tolerance / 100;
  std::vector<at::Tensor> found;
  for (int64_t j = 0; j < options.most_terms; ++j) {
    found.push_back((weighted * now).sum(1));
    left.sub_(found.back().square());
    left_of_derivative.sub_(found.back().square() * j / q);
    const auto little =
        (left <= enough * all.value).logical_and(left_of_derivative <= enough * all.derivative);
    if (j + 1 >= fewest && little.all().item<bool>()) break;
    auto next = (rule.nodes * now - before * std::sqrt(j)) / std::sqrt(j + 1.0);
    before = std::exchange(now, next);
  }
  return at::stack(found, 1);
}

}  // namespace

HermiteCoefficients hermite_coefficients(const std::function<at::Tensor(const at::Tensor&)>& phi,
                                         const at::Tensor& q, const SeriesOptions& options) {
  const auto width = settled_width(phi, q, options);
  const auto nodes = make_rule(q.slice(0, 0, 1), options.breaks, width).nodes.size(1);
  const auto together = std::max<int64_t>(kBlockNumbers / nodes, 1);
  const auto of = [&](const at::Tensor& block, int64_t fewest) {
    const auto rule = make_rule(block, options.breaks, width);
    const auto found = evaluate(phi, block, rule);
    const auto all = squares(found, rule, block);
    return HermiteCoefficients{all.value, all.derivative,
                               coefficients(found.at, rule, all, block, options, fewest)};
  };
  // As many terms in each block as in the one that needs most: what two leave out is then little for both.
  const auto blocks = q.split(together);
  std::vector<HermiteCoefficients> parts;
  int64_t terms = kFewest;
  for (const auto& block : blocks) {
    parts.push_back(of(block, terms));
    terms = std::max(terms, parts.back().values.size(1));
  }
  std::vector<at::Tensor> value, derivative, rows;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].values.size(1) < terms) parts[i] = of(blocks[i], terms);
    value.push_back(parts[i].square);
    derivative.push_back(parts[i].derivative_square);
    rows.push_back(parts[i].values);
  }
  return {at::cat(value), at::cat(derivative), at::cat(rows)};
}

}  // namespace spinlab::theory
