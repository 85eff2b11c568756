#include "experiments/deep_signals.h"

#include <ATen/ATen.h>

#include "experiments/run.h"
#include "src/theory/duals/hermite_series.h"

namespace spinlab::experiments {
namespace {

constexpr double kSettled = 1e-7, kMostDepth = 1e6;
constexpr int64_t kMostLayers = 200;  // with variances of their own

}  // namespace

theory::DualPtr tanh_of_pictures() { return theory::hermite_series(at::tanh, {.tolerance = 1e-4}); }

DeepSignals::DeepSignals(theory::DualPtr phi, const at::Tensor& weight_variances,
                         const at::Tensor& bias_variances, double correlation)
    : phi_(std::move(phi)), w_(weight_variances), b_(bias_variances) {
  set_variance(w_ + b_);
  c_ = (w_ * correlation + b_) / q_;
}

void DeepSignals::set_variance(const at::Tensor& q) {
  q_ = q;
  own_ = phi_->of_variance(q);
}

void DeepSignals::advance_to(int64_t layer) {
  for (; layer_ < layer; ++layer_) {
    Run::go_on();
    const auto covariance = w_ * phi_->means(own_, own_, c_ * q_).value + b_;
    if (!settled_) {
      const auto next = w_ * phi_->means(own_, own_, q_).value + b_;
      settled_ = layer_ >= kMostLayers || (next / q_ - 1).abs().max().item<double>() < kSettled;
      if (!settled_) set_variance(next);
    }
    c_ = (covariance / q_).clamp_max(1);
  }
}

at::Tensor DeepSignals::slope_at_one() const { return w_ * phi_->means(own_, own_, q_).derivative; }

at::Tensor DeepSignals::correlation_depth() const {
  const auto slope = w_ * phi_->means(own_, own_, c_ * q_).derivative;
  return (-1 / slope.clamp_max(1 - 1 / kMostDepth).log()).clamp_max(kMostDepth);
}

}  // namespace spinlab::experiments
