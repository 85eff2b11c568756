#include "src/training/precision.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <c10/util/Exception.h>

#include "src/core/config.h"

namespace spinlab::training {
namespace {

/// As torch.amp.GradScaler.
constexpr double kFirstScale = 65536, kGrowth = 2, kBackoff = 0.5;
constexpr int64_t kGrowthInterval = 2000;

}  // namespace

std::vector<std::string> precision_names() { return {"float32", "float64", "bfloat16", "float16"}; }

Precision::Precision(const std::string& name, at::Device device) : device_(device) {
  if (name == "float64") {
    type_ = at::kDouble;
  } else if (name == "bfloat16") {
    short_type_ = at::kBFloat16;
  } else if (name == "float16") {
    short_type_ = at::kHalf;
    scale_ = at::full({1}, kFirstScale, at::TensorOptions(at::kFloat).device(device));
    growth_ = at::zeros({1}, at::TensorOptions(at::kInt).device(device));
  } else {
    TORCH_CHECK_VALUE(name == "float32", "precision \"", name, "\" is unknown",
                      did_you_mean(name, precision_names()));
  }
}

Precision::Scope::Scope(const Precision& precision) {
  if (!precision.short_type_) return;
  device_ = precision.device_.type();
  at::autocast::set_autocast_dtype(*device_, *precision.short_type_);
  at::autocast::set_autocast_enabled(*device_, true);
}

Precision::Scope::~Scope() {
  if (!device_) return;
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(*device_, false);
}

at::Tensor Precision::scaled(const at::Tensor& loss) const {
  return scale_.defined() ? loss * scale_.squeeze(0) : loss;
}

bool Precision::unscale(const std::vector<at::Tensor>& parameters) {
  if (!scale_.defined()) return true;
  const at::NoGradGuard outside_the_graph;
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : parameters) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  auto found_inf = at::zeros_like(scale_);
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, found_inf, scale_.reciprocal());
  at::_amp_update_scale_(scale_, growth_, found_inf, kGrowth, kBackoff, kGrowthInterval);
  return found_inf.item<float>() == 0;
}

NamedTensors Precision::state() const {
  if (!scale_.defined()) return {};
  return {{"scaler.scale", scale_}, {"scaler.growth", growth_}};
}

}  // namespace spinlab::training
