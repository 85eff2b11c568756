#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <vector>

/// Derivatives by LibTorch, to hold a student's against.
namespace spinlab::shared {

/// Of Σ v · f(at), by each of `at`.
template <typename Function>
std::vector<torch::Tensor> derivatives(const std::vector<torch::Tensor>& at, const torch::Tensor& v,
                                       const Function& f) {
  std::vector<torch::Tensor> leaves;
  for (const auto& one : at) leaves.push_back(one.detach().clone().requires_grad_());
  return torch::autograd::grad({(v * f(leaves)).sum()}, leaves);
}

}  // namespace spinlab::shared
