#include "src/core/compare.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

#include "src/core/likeness.h"

namespace spinlab {
namespace {

std::string place(const at::Tensor& like, int64_t flat) {
  std::ostringstream out;
  std::vector<int64_t> index(like.dim());
  for (int64_t d = like.dim() - 1; d >= 0; --d) {
    index[d] = flat % like.size(d);
    flat /= like.size(d);
  }
  out << '[';
  for (size_t d = 0; d < index.size(); ++d) out << (d ? ", " : "") << index[d];
  out << ']';
  return out.str();
}

template <typename Scalar>
std::string value(Scalar x) {
  std::ostringstream out;
  out.precision(12);
  out << x;
  return out.str();
}

std::string element(const at::Tensor& flat, int64_t i) {
  if (flat.is_complex()) return value(flat[i].item<c10::complex<double>>());
  return value(flat[i].item<double>());
}

at::Tensor flat_double(const at::Tensor& x) {
  return x.detach().to(at::kCPU).to(x.is_complex() ? at::kComplexDouble : at::kDouble).reshape({-1});
}

/// Of the places `where` the one with the largest |got - want|; one that is NaN counts as farther than all.
int64_t farthest(const at::Tensor& got, const at::Tensor& want, const at::Tensor& where) {
  const auto distance = (got - want).abs().index_select(0, where);
  return where[distance.nan_to_num(INFINITY, INFINITY).argmax()].item<int64_t>();
}

}  // namespace

std::string difference(const at::Tensor& actual, const at::Tensor& expected, Tolerance tolerance) {
  std::ostringstream out;
  if (!actual.defined() || !expected.defined()) {
    return actual.defined() == expected.defined() ? "" : "one of the two tensors is undefined";
  }
  const auto remark = [&] {
    const auto text = likeness(actual.detach().to(at::kCPU), expected.detach().to(at::kCPU), tolerance);
    return text.empty() ? "" : ": " + text;
  };
  if (actual.sizes() != expected.sizes()) {
    out << "shapes differ: expected " << expected.sizes() << ", got " << actual.sizes() << remark();
    return out.str();
  }
  const auto got = flat_double(actual), want = flat_double(expected);
  const auto bad = at::isclose(got, want, tolerance.relative, tolerance.absolute).logical_not();
  const auto where = bad.nonzero().reshape({-1});
  if (where.numel() == 0) return "";
  const auto at = [&](int64_t i) {
    return "at " + place(expected, i) + ": expected " + element(want, i) + ", got " + element(got, i);
  };
  const auto first = where[0].item<int64_t>(), worst = farthest(got, want, where);
  out << "first differs " << at(first);
  if (worst != first) out << "; most " << at(worst);
  out << " (tolerance: " << to_string(tolerance) << "; " << where.numel() << " of " << want.numel() << " differ)"
      << remark();
  return out.str();
}

}  // namespace spinlab
