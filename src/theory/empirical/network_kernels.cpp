#include "src/theory/empirical/network_kernels.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <stdexcept>

namespace spinlab::theory {
namespace {

/// While one lives, the module evaluates.
class Evaluating {
 public:
  explicit Evaluating(torch::nn::Module& module) : module_(module), was_training_(module.is_training()) {
    module_.eval();
  }
  ~Evaluating() { module_.train(was_training_); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  torch::nn::Module& module_;
  bool was_training_;
};

at::Tensor outputs_of(const models::Network& network, const at::Tensor& x) {
  at::Tensor f;
  try {
    f = network.forward({x});
  } catch (const std::out_of_range&) {
    TORCH_CHECK_VALUE(false, "a kernel needs a network of one tensor, this one takes more");
  }
  TORCH_CHECK_VALUE(f.dim() == 2 && f.size(0) == x.size(0),
                    "a kernel needs outputs (n, outputs), the network gives ", f.sizes(), " for inputs ",
                    x.sizes());
  return f;
}

struct Parts {
  bool is_plain;
  std::vector<at::Tensor> trained;
  Forward forward;
};

Parts parts(const models::Network& network, const at::Tensor& X) {
  const auto all = network.module->parameters();
  Parts found{
      !network.plain_layers.empty(), {}, [&network](const at::Tensor& x) { return outputs_of(network, x); }};
  for (const auto& parameter : all)
    if (parameter.requires_grad()) found.trained.push_back(parameter);
  TORCH_CHECK_VALUE(!found.trained.empty(), "a tangent kernel needs parameters, the network trains none");
  const auto type = found.trained.front().scalar_type();
  TORCH_CHECK_VALUE(X.scalar_type() == type, "inputs are ", X.scalar_type(), ", the network's parameters ",
                    type, "; convert one (module->to)");
  if (found.trained.size() < all.size()) found.is_plain = false;
  return found;
}

}  // namespace

at::Tensor tangent_kernel(const models::Network& network, const at::Tensor& X, const at::Tensor& Z,
                          Outputs outputs, int64_t memory) {
  const Evaluating guard(*network.module);
  const auto [is_plain, trained, forward] = parts(network, X);
  if (is_plain) return tangent_kernel(network.plain_layers, X, Z, outputs);
  return tangent_kernel(forward, trained, X, Z, outputs, memory);
}

at::Tensor tangent_kernel(const models::Network& network, const at::Tensor& X, Outputs outputs,
                          int64_t memory) {
  const Evaluating guard(*network.module);
  const auto [is_plain, trained, forward] = parts(network, X);
  if (is_plain) return tangent_kernel(network.plain_layers, X, outputs);
  return tangent_kernel(forward, trained, X, outputs, memory);
}

at::Tensor output_covariance(const std::function<models::Network()>& draw, const at::Tensor& X,
                             const at::Tensor& Z, int64_t draws) {
  TORCH_CHECK_VALUE(draws >= 1, "a covariance needs at least one drawing, got ", draws);
  const at::NoGradGuard values_alone;
  at::Tensor sum;
  int64_t outputs = 0;
  for (int64_t i = 0; i < draws; ++i) {
    const auto network = draw();
    const Evaluating guard(*network.module);
    const auto f = outputs_of(network, X), g = outputs_of(network, Z);
    outputs = f.size(1);
    sum = sum.defined() ? sum.addmm_(f, g.t()) : f.mm(g.t());
  }
  return sum.div_(static_cast<double>(draws * outputs));
}

}  // namespace spinlab::theory
