#include "src/theory/duals/hermite_series.h"

#include <ATen/ATen.h>
#include <ATen/TensorIterator.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "src/theory/duals/correlation.h"
#include "src/theory/duals/hermite_coefficients.h"
#include "src/theory/duals/pair_loops.h"

namespace spinlab::theory {
namespace {

constexpr double kLeast = 1e-12;

/// What of_variance holds in its last dimension, before the coefficients of φ and then those of φ'.
enum Slot : int64_t { kRoot, kInverse, kSquare, kDerivativeSquare, kFirst };

/// Coefficients (n, terms), and in their place after next the root of what they leave of E φ²: that of an odd
/// or even φ is the next that is not 0.
at::Tensor with_rest(const at::Tensor& coefficients, const at::Tensor& square) {
  const auto rest = (square - coefficients.square().sum(1)).clamp_min_(0).sqrt_().unsqueeze(1);
  return at::cat({coefficients, at::zeros_like(rest), rest}, 1);
}

/// Those of φ', which are √(j + 1) φ_(j+1) / √q [Daniely et al. 2016, Lemma 11].
at::Tensor of_derivative(const at::Tensor& coefficients, const at::Tensor& q) {
  const auto j = at::arange(1, coefficients.size(1), coefficients.options());
  return coefficients.slice(1, 1) * (j / q.unsqueeze(1)).sqrt_();
}

/// Numbers side by side in each row.
at::Tensor in_rows(const at::Tensor& x) { return x.stride(-1) == 1 ? x : x.contiguous(); }

/// Σ_j cʲ a_j b_j of every pair. a, b: (…, terms), broadcast against c but for that.
template <typename T>
at::Tensor series(const at::Tensor& c, const at::Tensor& a, const at::Tensor& b) {
  constexpr int64_t kGrain = 1 << 17;  // terms
  const auto terms = a.size(-1);
  const auto left = in_rows(a), right = in_rows(b);
  at::TensorIteratorConfig config;
  config.add_owned_output(at::Tensor()).add_const_input(c);
  // Their first terms: the others follow in memory.
  config.add_owned_const_input(left.select(-1, 0)).add_owned_const_input(right.select(-1, 0));
  auto iterator = config.build();
  iterator.for_each(
      [&](char** data, const int64_t* strides, int64_t size) {
        const auto at = [&](int operand, int64_t i) {
          return reinterpret_cast<T*>(data[operand] + i * strides[operand]);
        };
        for (int64_t i = 0; i < size; ++i) *at(0, i) = series_mean(*at(1, i), at(2, i), at(3, i), terms);
      },
      std::max<int64_t>(kGrain / terms, 1));
  return iterator.output(0);
}

class HermiteSeries : public DualActivation {
 public:
  HermiteSeries(std::function<at::Tensor(const at::Tensor&)> phi, SeriesOptions options)
      : phi_(std::move(phi)), options_(std::move(options)) {}

  at::Tensor of_variance(const at::Tensor& q) const override {
    const auto [distinct, index, counts] =
        at::_unique2(q.to(at::kDouble).flatten().clamp_min(kLeast), true, /*return_inverse=*/true);
    const auto found = hermite_coefficients(phi_, distinct, options_);
    const auto slopes = of_derivative(found.values, distinct);
    // φ' has one coefficient less: both get the length of φ's
    const auto rows = at::cat({found.square.unsqueeze(1), found.derivative_square.unsqueeze(1),
                               with_rest(found.values, found.square),
                               at::constant_pad_nd(with_rest(slopes, found.derivative_square), {0, 1})},
                              1);
    auto sizes = q.sizes().vec();
    sizes.push_back(rows.size(1));
    // The roots in q's own type: what they are raised by is its rounding.
    return at::cat({roots(q.clamp_min(kLeast)), rows.index_select(0, index).view(sizes).to(q.scalar_type())},
                   -1);
  }

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto c = correlation(a, b, k);
    expect_little(a, b, c);
    return {sum(c, value_part(a), value_part(b)), sum(c, derivative_part(a), derivative_part(b))};
  }

  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    const auto [a, b] = of_variances(*this, q, r);
    const auto c = correlation(a, b, k);
    const auto left = value_part(a).slice(-1, 0, terms_of(a)), right = value_part(b);
    const auto j = at::arange(2, terms_of(a), left.options());
    const auto curvature = left.slice(-1, 2) * (0.5 * (j * (j - 1)).sqrt_());
    return sum(c, curvature, right.slice(-1, 0, curvature.size(-1))).mul_(a.select(-1, kInverse).square());
  }

  at::Tensor function(const at::Tensor& u) const override { return phi_(u); }
  std::vector<double> breaks() const override { return options_.breaks; }

 private:
  /// of_variance's coefficients of φ with its rest, (…, terms + 2), and those of φ', which have one less.
  static int64_t terms_of(const at::Tensor& a) { return (a.size(-1) - kFirst) / 2 - 2; }
  static at::Tensor value_part(const at::Tensor& a) { return a.slice(-1, kFirst, kFirst + terms_of(a) + 2); }
  static at::Tensor derivative_part(const at::Tensor& a) { return a.slice(-1, kFirst + terms_of(a) + 2, -1); }

  static at::Tensor sum(const at::Tensor& c, const at::Tensor& a, const at::Tensor& b) {
    return c.scalar_type() == at::kFloat ? series<float>(c, a, b) : series<double>(c, a, b);
  }

  /// Where u = v the rest is exact; elsewhere |c| to the number of terms of it is the largest error. Matrices
  /// are looked at only where the rest is not little by itself.
  void expect_little(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c) const {
    const auto error = [&](const auto& part, Slot slot) {
      const auto share = [&](const at::Tensor& of) {
        return part(of).select(-1, -1).square() / of.select(-1, slot).clamp_min(1e-300);
      };
      const auto x = share(a), y = share(b);
      const auto largest = std::sqrt(x.max().template item<double>() * y.max().template item<double>());
      if (largest <= tolerance(c)) return largest;
      const auto same = (c == 1).logical_and(a.select(-1, kRoot) == b.select(-1, kRoot));
      const auto all = (x * y).sqrt().mul(c.abs().pow(terms_of(a)));
      return all.masked_fill_(same, 0).max().template item<double>();
    };
    const auto worst = std::max(error(value_part, kSquare), error(derivative_part, kDerivativeSquare));
    TORCH_CHECK_VALUE(
        worst <= tolerance(c), "a Gaussian mean is known to ", worst, " only, not to ", tolerance(c), ", by ",
        terms_of(a), " Hermite terms: φ has a kink, or varies fast; allow a larger SeriesOptions::tolerance");
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
