#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::experiments {

/// tanh with means to four digits and more, for a fraction of what ten cost.
theory::DualPtr tanh_of_pictures();

/// The maps of src/theory/mean_field/ for many networks at once, layer by layer: a picture needs thousands of
/// pairs of variances, and what of_variance() costs for one it costs for hundreds. All float64, of one
/// length.
class DeepSignals {
 public:
  /// weight_variances, bias_variances: σ_w² and σ_b², (n). Two inputs with |x|² = d of this correlation
  /// begin, at layer 1, with q = σ_w² + σ_b².
  DeepSignals(theory::DualPtr phi, const at::Tensor& weight_variances, const at::Tensor& bias_variances,
              double correlation);

  /// To a layer not before the present one. Once the variances have come to their fixed points to 1e-7, or
  /// after 200 layers, they stay. Calls Run::go_on().
  void advance_to(int64_t layer);

  const at::Tensor& variance() const { return q_; }     // (n)
  const at::Tensor& correlation() const { return c_; }  // (n)
  /// χ₁ = σ_w² E φ'(u)² at the present variance.
  at::Tensor slope_at_one() const;
  /// ξ_c = -1/ln(σ_w² E φ'(u) φ'(v)) at the present correlation: far behind it, that of the fixed point.
  /// [Schoenholz et al. 2017, eq. 9] At most 1e6.
  at::Tensor correlation_depth() const;

 private:
  void set_variance(const at::Tensor& q);

  theory::DualPtr phi_;
  at::Tensor w_, b_, q_, c_;
  at::Tensor own_;  // of q_
  int64_t layer_ = 1;
  bool settled_ = false;
};

}  // namespace spinlab::experiments
