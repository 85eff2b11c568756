#include "src/core/likeness.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace spinlab {
namespace {

bool agree(const at::Tensor& a, const at::Tensor& b, Tolerance tolerance) {
  return a.sizes() == b.sizes() && at::allclose(a, b, tolerance.relative, tolerance.absolute);
}

std::string number(double x) {
  std::ostringstream out;
  out.precision(6);
  out << x;
  return out.str();
}

/// Different numbers in a tensor; of fewer than three anything is a multiple, or an order, of anything.
bool has_variety(const at::Tensor& x) {
  return x.numel() >= 3 && x.isfinite().all().item<bool>() && std::get<0>(at::_unique(x)).numel() >= 3;
}

std::string of_transpose(const at::Tensor& got, const at::Tensor& want, Tolerance tolerance) {
  const bool is_matrix = got.dim() == 2 && want.dim() == 2 && got.size(0) > 1 && got.size(1) > 1;
  return is_matrix && agree(got.t(), want, tolerance) ? "its transpose agrees" : "";
}

/// A factor is measured to six digits here; the usual ones have names.
std::string factor_text(double factor) {
  const auto named = likeness(std::round(factor * 1e6) / 1e6, 1.0);
  return named.empty() ? "it is " + number(factor) + " times the expected" : named;
}

std::string of_factor(const at::Tensor& got, const at::Tensor& want, Tolerance tolerance) {
  const double square = want.square().sum().item<double>();
  const double factor = square == 0 ? 0 : (got * want).sum().item<double>() / square;
  if (factor == 0) return "";
  const Tolerance scaled{tolerance.relative, tolerance.absolute * std::max(1.0, std::abs(factor))};
  return agree(got, factor * want, scaled) ? factor_text(factor) : "";
}

std::string of_shift(const at::Tensor& got, const at::Tensor& want, Tolerance tolerance) {
  const double shift = (got - want).mean().item<double>();
  return agree(got, want + shift, tolerance) ? "it is the expected plus " + number(shift) + " everywhere"
                                             : "";
}

std::string of_rows(const at::Tensor& got, const at::Tensor& want, Tolerance tolerance) {
  if (want.size(0) < 4) return "";
  const auto n = want.size(0);
  const std::string row = want.dim() == 1 ? "element" : "row";
  const auto matches = [&](int64_t later) {
    return agree(got.slice(0, std::max<int64_t>(0, -later), n - std::max<int64_t>(0, later)),
                 want.slice(0, std::max<int64_t>(0, later), n - std::max<int64_t>(0, -later)), tolerance);
  };
  if (matches(1)) return row + " i is the expected " + row + " i + 1";
  if (matches(-1)) return row + " i is the expected " + row + " i - 1";
  return "";
}

std::string of_order(const at::Tensor& got, const at::Tensor& want, Tolerance tolerance) {
  const auto sorted = [](const at::Tensor& x) { return std::get<0>(x.flatten().sort()); };
  return agree(sorted(got), sorted(want), tolerance) ? "the same values in another order" : "";
}

/// float32 has 7 digits; a float64 result whose error is of that size was rounded on the way, or
/// approximated.
std::string of_digits(const at::Tensor& got, const at::Tensor& want, Tolerance) {
  const double scale = want.abs().max().item<double>();
  const double error = (got - want).abs().max().item<double>();
  if (!(error > 1e-9 * scale && error < 1e-6 * scale)) return "";
  return seven_digits(got.equal(got.to(at::kFloat).to(at::kDouble)));
}

}  // namespace

std::string likeness(const at::Tensor& actual, const at::Tensor& expected, Tolerance tolerance) {
  if (actual.is_complex() || expected.is_complex() || actual.numel() != expected.numel() ||
      actual.numel() == 0)
    return "";
  const auto got = actual.to(at::kDouble), want = expected.to(at::kDouble);
  if (got.numel() == 1) return likeness(got.item<double>(), want.item<double>());
  if (!got.isfinite().all().item<bool>() || !has_variety(want)) return "";
  const Tolerance loose{std::max(tolerance.relative, 1e-9), tolerance.absolute};  // exact checks have none
  if (auto text = of_transpose(got, want, loose); !text.empty()) return text;
  if (got.sizes() != want.sizes()) return "";
  for (const auto& what : {of_digits, of_factor, of_shift, of_rows, of_order})
    if (auto text = what(got, want, loose); !text.empty()) return text;
  return "";
}

}  // namespace spinlab
