#include <ATen/ATen.h>

#include "src/theory/duals/hermite_series.h"

namespace spinlab::theory {
namespace {

template <at::Tensor (*phi)(const at::Tensor&)>
DualPtr made(const Config&) {
  return hermite_series(phi);
}

at::Tensor softplus(const at::Tensor& u) { return at::softplus(u); }
at::Tensor silu(const at::Tensor& u) { return at::silu(u); }

at::Tensor elu(const at::Tensor& u) { return at::elu(u); }
at::Tensor softsign(const at::Tensor& u) { return u / (1 + u.abs()); }

/// Of a φ whose second derivative jumps: the tolerance is the user's, since the series ends slowly.
template <at::Tensor (*phi)(const at::Tensor&)>
DualPtr made_to_tolerance(const Config& options) {
  return hermite_series(phi, {.tolerance = options.number("tolerance", 1e-14, 1)});
}

const Registered<DualEntry> kTanh{{.name = "tanh", .summary = "tanh u", .make = made<at::tanh>}};
const Registered<DualEntry> kSigmoid{
    {.name = "sigmoid", .summary = "1 / (1 + e^-u)", .make = made<at::sigmoid>}};
const Registered<DualEntry> kSoftplus{{.name = "softplus", .summary = "ln(1 + eᵘ)", .make = made<softplus>}};
const Registered<DualEntry> kSilu{{.name = "silu", .summary = "u / (1 + e^-u)", .make = made<silu>}};
const Registered<DualEntry> kElu{{.name = "elu",
                                  .summary = "u above 0, eᵘ - 1 below; tolerance of a mean",
                                  .defaults = {{"tolerance", 1e-10}},
                                  .make = made_to_tolerance<elu>}};
const Registered<DualEntry> kSoftsign{{.name = "softsign",
                                       .summary = "u / (1 + |u|); tolerance of a mean",
                                       .defaults = {{"tolerance", 1e-10}},
                                       .make = made_to_tolerance<softsign>}};

}  // namespace
}  // namespace spinlab::theory
