#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/core/config.h"
#include "src/core/registry.h"

namespace spinlab::theory {

/// Means over a Gaussian pair (u, v) of mean 0 with E u² = q, E v² = r and E uv = k.
struct Dual {
  at::Tensor value;       // E[φ(u) φ(v)]
  at::Tensor derivative;  // E[φ'(u) φ'(v)] = ∂value/∂k [Price, IRE Trans. Inf. Theory 4 (1958) 69]
};

/// A nonlinearity φ with its Gaussian means, from which the kernels of wide networks are made [Daniely,
/// Frostig and Singer, NIPS 2016]. Immutable.
class DualActivation {
 public:
  virtual ~DualActivation() = default;

  /// What the means need of a variance alone, (…, w) for q of (…), q ≥ 0: of n points once, where the means
  /// are those of n² pairs; q itself unless a φ has more to prepare. What belongs together comes from one
  /// call: w may depend on all of q.
  virtual at::Tensor of_variance(const at::Tensor& q) const;

  /// a, b: parts of one of_variance(), of q and of r, broadcast against k but for their last dimension; all
  /// of one floating type. A k² above q r counts as a rounding (dual() looks at that first). Where q = 0,
  /// φ'(0) is the mean of its two sides. The two results are tensors of their own.
  virtual Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const = 0;

  /// ∂E[φ(u) φ(v)]/∂q = ½ E[φ''(u) φ(v)], broadcast. That with respect to r is the one of (r, q, k).
  virtual at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const = 0;

  /// φ, elementwise, and differentiable by autograd.
  virtual at::Tensor function(const at::Tensor& u) const = 0;

  /// Where φ or a derivative of it jumps, for quadratures; 0 is always taken for such a place.
  virtual std::vector<double> breaks() const { return {0}; }
};

/// of_variance of q and of r, in one call.
std::pair<at::Tensor, at::Tensor> of_variances(const DualActivation& phi, const at::Tensor& q,
                                               const at::Tensor& r);

using DualPtr = std::shared_ptr<const DualActivation>;

/// The means for numbers that nobody has looked at, broadcast. Throws c10::ValueError where q or r is
/// negative or not finite, |k| is above sqrt(q r) by more than rounding (1e-9 of it, in float32 1e-4), or a
/// value is not finite: φ grows too fast for it.
Dual dual(const DualActivation& phi, const at::Tensor& q, const at::Tensor& r, const at::Tensor& k);

/// A nonlinearity by name, made from its options. One of a user's own registers itself in its source, as ours
/// do:
///   const Registered<DualEntry> kSoftplus{{.name = "softplus", .summary = "ln(1 + eᵘ)", .make = [](auto&) {
///     return hermite_series([](const at::Tensor& u) { return at::softplus(u); });
///   }}};
struct DualEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<DualPtr(const Config& options)> make;
};

/// From {"name": "leaky_relu", "slope": 0.1}, every missing option at its default. Throws c10::ValueError for
/// an unknown name or option, with the nearest, or a value that cannot be. `where` names their source.
DualPtr make_dual(const Json& options, const std::string& where);

}  // namespace spinlab::theory
