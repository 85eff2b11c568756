#include "src/theory/duals/hermite_coefficients.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "src/theory/duals/gaussian_quadrature.h"
#include "src/theory/duals/value_and_slope.h"

namespace spinlab::theory {
namespace {

constexpr int64_t kFewest = 8;
constexpr int64_t kBlockNumbers = 1 << 20;

struct Squares {
  at::Tensor value, derivative;
};

Squares squares(const ValueAndSlope& found, const GaussianRule& rule, const at::Tensor& q) {
  const auto mass = found.value.square() * rule.weights, slopes = found.slope.square() * rule.weights;
  expect_decay(mass, rule, q, "E φ(u)²");
  expect_decay(slopes, rule, q, "E φ'(u)²");
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
    const auto rule = gaussian_rule(few, options.breaks, width);
    return squares(value_and_slope(phi, few.sqrt().unsqueeze(1) * rule.nodes), rule, few);
  };
  double width = kWidestPanel, change = 0;
  auto coarse = squares_at(width);
  for (int i = 0; i < kPanelHalvings; ++i, width /= 2) {
    const auto fine = squares_at(width / 2);
    change = largest_change(coarse, fine);
    if (change <= options.tolerance / 100) return width;
    coarse = fine;
  }
  TORCH_CHECK_VALUE(false, "E φ(u)² is known to ", change, " only, not to ", options.tolerance / 100,
                    ": φ is not smooth; say where in SeriesOptions::breaks, or allow a larger tolerance");
}

/// √w h_j at the nodes of one rule, row by row of j.
class HermiteRows {
 public:
  /// To be looked at `together` at a time.
  HermiteRows(const GaussianRule& rule, int64_t together)
      : z_(rule.nodes.flatten()),
        now_(rule.weights.flatten().sqrt()),
        before_(at::zeros_like(z_)),
        rows_(at::empty({together, z_.size(0)}, z_.options())) {}

  /// The next rows, (count, N), in the place of the last.
  at::Tensor next(int64_t count) {
    auto* row = rows_.data_ptr<double>();
    for (int64_t i = 0; i < count; ++i) {
      row = std::copy_n(now_.const_data_ptr<double>(), z_.size(0), row);
      advance();
    }
    return rows_.slice(0, 0, count);
  }

 private:
  /// √(j + 1) h_(j+1) = z h_j - √j h_(j-1)
  void advance() {
    const double of_before = std::sqrt(j_), of_next = 1 / std::sqrt(++j_);
    const auto* z = z_.const_data_ptr<double>();
    const auto* now = now_.const_data_ptr<double>();
    auto* next = before_.data_ptr<double>();
    for (int64_t i = 0; i < z_.size(0); ++i) next[i] = (z[i] * now[i] - of_before * next[i]) * of_next;
    std::swap(now_, before_);
  }

  at::Tensor z_, now_, before_, rows_;
  double j_ = 0;
};

/// Of variances that share a rule, at least `fewest`.
at::Tensor coefficients(const at::Tensor& values, const GaussianRule& rule, const Squares& all,
                        const at::Tensor& q, const SeriesOptions& options, int64_t fewest) {
  constexpr int64_t kTogether = 32;
  const double enough = options.tolerance / 100;
  const auto weighted = values * rule.weights.sqrt();
  HermiteRows rows(rule, kTogether);
  std::vector<at::Tensor> found;
  at::Tensor left = all.value.unsqueeze(1), left_of_derivative = all.derivative.unsqueeze(1);
  for (int64_t first = 0; first < options.most_terms; first += kTogether) {
    const auto count = std::min(kTogether, options.most_terms - first);
    const auto part = weighted.mm(rows.next(count).t()), squares = part.square();
    const auto j = at::arange(first, first + count, squares.options());
    const auto left_then = left - squares.cumsum(1);
    const auto left_of_derivative_then = left_of_derivative - (squares * j).cumsum(1) / q.unsqueeze(1);
    const auto little = (left_then <= enough * all.value.unsqueeze(1))
                            .logical_and_(left_of_derivative_then <= enough * all.derivative.unsqueeze(1))
                            .all(0)
                            .logical_and_(j + 1 >= fewest);
    const auto taken = little.logical_not().sum().item<int64_t>() + 1;  // what is left only ever falls
    found.push_back(part.slice(1, 0, taken));
    if (taken <= count) break;
    left = left_then.slice(1, -1);
    left_of_derivative = left_of_derivative_then.slice(1, -1);
  }
  return at::cat(found, 1);
}

}  // namespace

HermiteCoefficients hermite_coefficients(const std::function<at::Tensor(const at::Tensor&)>& phi,
                                         const at::Tensor& q, const SeriesOptions& options) {
  const auto width = settled_width(phi, q, options);
  const auto nodes = gaussian_rule(q.slice(0, 0, 1), options.breaks, width).nodes.size(1);
  const auto together = share_a_rule(options.breaks) ? std::max<int64_t>(kBlockNumbers / nodes, 1) : 1;
  const auto of = [&](const at::Tensor& block, int64_t fewest) {
    const auto rule = gaussian_rule(block, options.breaks, width);
    const auto found = value_and_slope(phi, block.sqrt().unsqueeze(1) * rule.nodes);
    const auto all = squares(found, rule, block);
    return HermiteCoefficients{all.value, all.derivative,
                               coefficients(found.value, rule, all, block, options, fewest)};
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
