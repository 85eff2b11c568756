#include "src/judging/worker/warm_up.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <sstream>

namespace spinlab::judging {
namespace {

using torch::Tensor;

void element_wise(const Tensor& x) {
  auto y = (2 * x + 1 - x / 3).pow(2).sqrt().exp().log().tanh().abs().clamp(-1, 1);
  y = torch::where(x > 0, x, y).neg().mul_(2).add_(x, 0.5).sub_(1).copy_(x);
  torch::allclose(x, y);
}

void reduced(const Tensor& x) {
  for (const auto& y : {x.sum(), x.mean(0), x.norm(), x.max(), x.var(0), x.argmax(1)}) y.sum().item<double>();
  x.isfinite().all().item<bool>();
}

void shaped(const Tensor& x) {
  auto y = torch::cat({x.t().reshape({-1}), x[0].narrow(0, 0, 2).clone()}).unsqueeze(1);
  y.index_put_({0}, torch::stack({x.select(0, 0), x.select(1, 0)}).max());
  x.index_select(0, torch::arange(2));
}

void linear_algebra(const Tensor& x) {
  const auto square = x.mm(x.t()) + torch::eye(x.size(0), x.options());
  torch::linalg_solve(square, x.matmul(x[0]));
  torch::linalg_cholesky(square);
  torch::linalg_eigh(square);
  torch::linalg_qr(x);
  torch::linalg_svd(x);
}

void differentiable(const Tensor& x) {
  const auto w = torch::zeros_like(x).requires_grad_(true);
  (torch::tanh(x.matmul(w)) - x).square().sum();
}

}  // namespace

void warm_up() {
  at::set_num_threads(1);
  constexpr int64_t kSize = 4;
  for (const auto type : {torch::kFloat64, torch::kFloat32}) {
    const auto x = torch::ones({kSize, kSize}, type) + torch::randn({kSize, kSize}).to(type);
    for (const auto run : {element_wise, reduced, shaped, linear_algebra, differentiable}) run(x);
  }
  std::ostringstream() << torch::ones({1});  // the printer of tensors
}

}  // namespace spinlab::judging
