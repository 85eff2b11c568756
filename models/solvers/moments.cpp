#include "models/solvers/moments.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace spinlab::models {
namespace {

constexpr int64_t kBlockRows = 1024;
/// Of so many rows of a symmetric product what is right of the diagonal is made at once.
constexpr int64_t kPanel = 64;

/// The upper blocks of BᵀB, the others 0.
at::Tensor upper_gram(const at::Tensor& B) {
  const auto d = B.size(1);
  auto G = at::zeros({d, d}, B.options());
  for (int64_t i = 0; i < d; i += kPanel) {
    const auto rows = std::min(kPanel, d - i);
    auto panel = G.narrow(0, i, rows).narrow(1, i, d - i);
    at::mm_out(panel, B.narrow(1, i, rows).t(), B.narrow(1, i, d - i));
  }
  return G;
}

/// A column whose mean is within a deviation of 0 keeps its digits about 0 too; standardised ones need no
/// subtraction then.
at::Tensor origin(const at::Tensor& X) {
  auto mean = X.mean(0);
  const auto is_near = mean.square() <= (X - mean).square().mean(0);
  return mean.masked_fill_(is_near, 0);
}

/// Powers of two near the columns' sizes, 1 for columns of zeros.
at::Tensor units(const at::Tensor& x) {
  const auto size = x.abs().amax(0);
  return at::where(size > 0, size.log2().floor().exp2(), 1);
}

/// The sum about `to`, of n values whose sum about `origin` is known: Σ (a - to)(b - to)ᵀ.
at::Tensor moved(const at::Tensor& about_origin, const at::Tensor& a, const at::Tensor& b, int64_t n,
                 const at::Tensor& a_sum, const at::Tensor& b_sum) {
  return about_origin - a.outer(b_sum) - a_sum.outer(b) + static_cast<double>(n) * a.outer(b);
}

}  // namespace

void Moments::add(const at::Tensor& X, const at::Tensor& Y) {
  if (rows_ == 0) {
    x_origin_ = origin(X);
    is_shifted_ = x_origin_.any().item<bool>();
    y_origin_ = Y.mean(0);
    x_unit_ = units(X - x_origin_);
    x_sum_ = at::zeros_like(x_origin_);
    y_sum_ = at::zeros_like(y_origin_);
    xx_ = at::zeros({X.size(1), X.size(1)}, X.options());
    xy_ = at::zeros({X.size(1), Y.size(1)}, X.options());
    yy_ = at::zeros_like(y_origin_);
  }
  const auto x = is_shifted_ ? X - x_origin_ : X, y = Y - y_origin_;
  x_sum_.add_(x.sum(0));
  y_sum_.add_(y.sum(0));
  if (products_ == at::kDouble)
    xx_.add_(upper_gram(x));
  else
    xx_.add_(upper_gram((x / x_unit_).to(products_)));
  xy_.addmm_(x.t(), y);
  yy_.add_(y.square().sum(0));
  rows_ += X.size(0);
}

at::Tensor Moments::x_mean() const { return x_origin_ + x_sum_ / static_cast<double>(rows_); }
at::Tensor Moments::y_mean() const { return y_origin_ + y_sum_ / static_cast<double>(rows_); }

at::Tensor Moments::xx(bool centred) const {
  const auto to = centred ? x_sum_ / static_cast<double>(rows_) : -x_origin_;
  const auto sums = products_ == at::kDouble ? xx_ : xx_ * x_unit_.outer(x_unit_);
  const auto upper = moved(sums, to, to, rows_, x_sum_, x_sum_).triu_();
  return upper + upper.triu(1).t();
}

at::Tensor Moments::xy(bool centred) const {
  const auto n = static_cast<double>(rows_);
  return centred ? moved(xy_, x_sum_ / n, y_sum_ / n, rows_, x_sum_, y_sum_)
                 : moved(xy_, -x_origin_, -y_origin_, rows_, x_sum_, y_sum_);
}

at::Tensor Moments::yy(bool centred) const {
  const auto n = static_cast<double>(rows_);
  const auto to = centred ? y_sum_ / n : -y_origin_;
  return yy_ - 2 * to * y_sum_ + n * to.square();
}

Moments moments(const at::Tensor& X, const at::Tensor& Y, at::ScalarType products) {
  Moments all(products);
  for (int64_t first = 0; first < X.size(0); first += kBlockRows) {
    const auto count = std::min(kBlockRows, X.size(0) - first);
    all.add(X.narrow(0, first, count), Y.narrow(0, first, count));
  }
  return all;
}

}  // namespace spinlab::models
