#include "src/training/gradients.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

namespace spinlab::training {
namespace {

std::vector<at::Tensor> gradients_of(const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> all;
  for (const auto& parameter : parameters) {
    if (parameter.grad().defined()) all.push_back(parameter.grad());
  }
  return all;
}

at::Tensor norm_of(const std::vector<at::Tensor>& gradients) {
  return at::stack(at::_foreach_norm(gradients)).norm();
}

/// As one vector, zeros where the output does not depend on a parameter.
at::Tensor flat(const std::vector<at::Tensor>& gradients, const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> parts;
  for (size_t i = 0; i < parameters.size(); ++i) {
    parts.push_back(gradients[i].defined() ? gradients[i].flatten()
                                           : at::zeros_like(parameters[i]).flatten());
  }
  return at::cat(parts);
}

void require_room(int64_t n, int64_t r, const std::vector<at::Tensor>& parameters) {
  int64_t p = 0;
  for (const auto& parameter : parameters) p += parameter.numel();
  TORCH_CHECK_VALUE(n * r * p <= kMaxFisherNumbers, "the Fisher matrix of ", n, " examples, ", r,
                    " outputs and ", p, " parameters is made of ", n * r * p, " numbers, more than ",
                    kMaxFisherNumbers, "; take a smaller batch or network, or kfac, which is for large ones");
}

}  // namespace

at::Tensor gradient_norm(const std::vector<at::Tensor>& parameters) {
  const at::NoGradGuard outside_the_graph;
  const auto gradients = gradients_of(parameters);
  return gradients.empty() ? at::zeros({}) : norm_of(gradients);
}

void clip_gradients(const std::vector<at::Tensor>& parameters, double max_norm) {
  const at::NoGradGuard outside_the_graph;
  auto gradients = gradients_of(parameters);
  if (gradients.empty()) return;
  at::_foreach_mul_(gradients, (max_norm / norm_of(gradients)).clamp_max(1));
}

at::Tensor fisher_rows(const at::Tensor& outputs, const at::Tensor& factors,
                       const std::vector<at::Tensor>& parameters) {
  const auto projected = outputs.unsqueeze(1).matmul(factors).squeeze(1);  // (n, r)
  const auto n = projected.size(0), r = projected.size(1);
  require_room(n, r, parameters);
  std::vector<at::Tensor> rows;
  for (int64_t i = 0; i < n * r; ++i) {
    rows.push_back(
        flat(torch::autograd::grad({projected[i / r][i % r]}, parameters, {}, /*retain_graph=*/true,
                                   /*create_graph=*/false, /*allow_unused=*/true),
             parameters));
  }
  return at::stack(rows) / std::sqrt(static_cast<double>(n));
}

}  // namespace spinlab::training
