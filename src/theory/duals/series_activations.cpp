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

const Registered<DualEntry> kTanh{{.name = "tanh", .summary = "tanh u", .make = made<at::tanh>}};
const Registered<DualEntry> kSigmoid{
    {.name = "sigmoid", .summary = "1 / (1 + e^-u)", .make = made<at::sigmoid>}};
const Registered<DualEntry> kSoftplus{{.name = "softplus", .summary = "ln(1 + eᵘ)", .make = made<softplus>}};
const Registered<DualEntry> kSilu{{.name = "silu", .summary = "u / (1 + e^-u)", .make = made<silu>}};

}  // namespace
}  // namespace spinlab::theory
