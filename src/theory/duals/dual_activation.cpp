#include "src/theory/duals/dual_activation.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::theory {
namespace {

void expect_variance(const at::Tensor& q, const char* name) {
  TORCH_CHECK_VALUE(q.is_floating_point(), "the variance ", name, " must be float32 or float64, is ",
                    q.scalar_type());
  TORCH_CHECK_VALUE(q.isfinite().logical_and(q >= 0).all().item<bool>(), "a variance ", name,
                    " must be finite and at least 0, is ",
                    q.masked_select(~(q >= 0)).numel() ? q.min().item<double>() : q.max().item<double>());
}

}  // namespace

at::Tensor DualActivation::of_variance(const at::Tensor& q) const { return q.unsqueeze(-1); }

std::pair<at::Tensor, at::Tensor> of_variances(const DualActivation& phi, const at::Tensor& q,
                                               const at::Tensor& r) {
  const auto both = phi.of_variance(at::cat({q.flatten(), r.flatten()}));
  const auto part = [&](int64_t first, const at::Tensor& like) {
    auto sizes = like.sizes().vec();
    sizes.push_back(both.size(1));
    return both.narrow(0, first, like.numel()).view(sizes);
  };
  return {part(0, q), part(q.numel(), r)};
}

Dual dual(const DualActivation& phi, const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) {
  expect_variance(q, "q");
  expect_variance(r, "r");
  const auto most = q.sqrt() * r.sqrt();
  const double rounding = k.scalar_type() == at::kFloat ? 1e-4 : 1e-9;
  TORCH_CHECK_VALUE((k.abs() <= most * (1 + rounding)).all().item<bool>(),
                    "a covariance k must be at most sqrt(q r); |k| is ",
                    (k.abs() / most).nan_to_num(0).max().item<double>(), " of it");
  const auto [a, b] = of_variances(phi, q, r);
  auto found = phi.means(a, b, k);
  TORCH_CHECK_VALUE(found.value.isfinite().all().item<bool>(),
                    "E[φ(u) φ(v)] is not finite at variances up to ",
                    at::max(q.max(), r.max()).item<double>(), ": φ grows too fast; make them smaller");
  return found;
}

DualPtr make_dual(const Json& options, const std::string& where) {
  const Config config(with_defaults(registered_options<DualEntry>(), "activation", options, where), where);
  return registry<DualEntry>().at(config.get<std::string>("name")).make(config);
}

}  // namespace spinlab::theory
