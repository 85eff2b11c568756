#include "src/theory/duals/hermite_series.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "src/theory/duals/correlation.h"
#include "src/theory/duals/hermite_coefficients.h"

namespace spinlab::theory {
namespace {

constexpr double kLeast = 1e-12;

/// What of_variance holds in its last dimension, before the coefficients.
enum Slot : int64_t { kRoot, kInverse, kScale, kSquare, kDerivativeSquare, kFirst };

class HermiteSeries : public DualActivation {
 public:
  HermiteSeries(std::function<at::Tensor(const at::Tensor&)> phi, SeriesOptions options)
      : phi_(std::move(phi)), options_(std::move(options)) {}

  at::Tensor of_variance(const at::Tensor& q) const override {
    const auto [distinct, index, counts] =
        at::_unique2(q.to(at::kDouble).flatten().clamp_min(kLeast), true, /*return_inverse=*/true);
    const auto found = hermite_coefficients(phi_, distinct, options_);
    const auto rows = at::cat({distinct.rsqrt().unsqueeze(1), found.square.unsqueeze(1),
                               found.derivative_square.unsqueeze(1), found.values},
                              1);
    auto sizes = q.sizes().vec();
    sizes.push_back(rows.size(1));
    // The roots in q's own type: what they are raised by is its rounding.
    return at::cat({roots(q.clamp_min(kLeast)), rows.index_select(0, index).view(sizes).to(q.scalar_type())},
                   -1);
  }

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto terms = a.size(-1) - kFirst;
    const auto c = correlation(a, b, k);
    const auto left = rest(a), right = rest(b);
    expect_little(a, b, left, right, c);
    // Horner's scheme, with what the series leaves out as its next term
    auto value = c * left.value.mul(right.value).sqrt_();
    auto derivative = c * left.derivative.mul(right.derivative).sqrt_();
    for (auto j = terms - 1; j >= 0; --j) {
      const auto left_j = a.select(-1, kFirst + j), right_j = b.select(-1, kFirst + j);
      value.mul_(c).addcmul_(left_j, right_j);
      if (j > 0)
        derivative.mul_(c).addcmul_(left_j * a.select(-1, kScale), right_j * b.select(-1, kScale), j);
    }
    return {value, derivative};
  }

  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    const auto [a, b] = of_variances(*this, q, r);
    const auto c = correlation(a, b, k);
    auto sum = at::zeros_like(c);
    for (auto j = a.size(-1) - kFirst - 3; j >= 0; --j) {
      const auto factor = 0.5 * std::sqrt((j + 1.0) * (j + 2.0));
      sum.mul_(c).addcmul_(a.select(-1, kFirst + j + 2) * factor, b.select(-1, kFirst + j));
    }
    return sum.mul_(a.select(-1, kScale).square());
  }

  at::Tensor function(const at::Tensor& u) const override { return phi_(u); }
  std::vector<double> breaks() const override { return options_.breaks; }

 private:
  struct Rest {
    at::Tensor value, derivative;  // of E φ² and E φ'², that the terms leave
  };
  static Rest rest(const at::Tensor& a) {
    const auto squares = a.slice(-1, kFirst).square();
    const auto j = at::arange(squares.size(-1), squares.options());
    const auto scale = a.select(-1, kScale).square();
    return {(a.select(-1, kSquare) - squares.sum(-1)).clamp_min_(0),
            (a.select(-1, kDerivativeSquare) - (squares * j).sum(-1) * scale).clamp_min_(0)};
  }

  /// Where u = v the rest is exact; elsewhere |c| to the number of terms of it is the largest error. Matrices
  /// are looked at only where the rest is not little by itself.
  void expect_little(const at::Tensor& a, const at::Tensor& b, const Rest& left, const Rest& right,
                     const at::Tensor& c) const {
    const auto share = [](const at::Tensor& rest, const at::Tensor& a, Slot slot) {
      return rest / a.select(-1, slot).clamp_min(1e-300);
    };
    const auto error = [&](const at::Tensor& x, const at::Tensor& y) {
      const auto largest = std::sqrt(x.max().item<double>() * y.max().item<double>());
      if (largest <= tolerance(c)) return largest;
      const auto same = (c == 1).logical_and(a.select(-1, kRoot) == b.select(-1, kRoot));
      const auto all = (x * y).sqrt().mul(c.abs().pow(a.size(-1) - kFirst));
      return all.masked_fill_(same, 0).max().item<double>();
    };
    const auto worst = std::max(
        error(share(left.value, a, kSquare), share(right.value, b, kSquare)),
        error(share(left.derivative, a, kDerivativeSquare), share(right.derivative, b, kDerivativeSquare)));
    TORCH_CHECK_VALUE(
        worst <= tolerance(c), "a Gaussian mean is known to ", worst, " only, not to ", tolerance(c), ", by ",
        a.size(-1) - kFirst,
        " Hermite terms: φ has a kink, or varies fast; allow a larger SeriesOptions::tolerance");
  }

  double tolerance(const at::Tensor& c) const {
    return c.scalar_type() == at::kFloat ? std::max(options_.tolerance, 1e-5) : options_.tolerance;
  }

  std::function<at::Tensor(const at::Tensor&)> phi_;
  SeriesOptions options_;
};

}  // namespace

DualPtr hermite_series(std::function<at::Tensor(const at::Tensor&)> phi, SeriesOptions options) {
  return std::make_shared<HermiteSeries>(std::move(phi), std::move(options));
}

}  // namespace spinlab::theory
