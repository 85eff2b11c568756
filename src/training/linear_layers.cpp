#include "src/training/linear_layers.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/autograd.h>

#include <optional>
#include <string_view>

namespace spinlab::training {
namespace {

/// A product of two matrices.
struct Product {
  at::Tensor left, right, result;
};

thread_local std::vector<Product>* listening = nullptr;

/// From the beginning of an operator to its end: its inputs are gone by then.
struct Begun : at::ObserverContext {
  explicit Begun(Product product) : product(std::move(product)) {}
  Product product;
};

/// Where the matrices stand among the operator's inputs.
std::optional<size_t> first_matrix(std::string_view name) {
  if (name == "aten::addmm") return 1;
  if (name == "aten::mm") return 0;
  return std::nullopt;
}

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& operation) {
  const auto first = first_matrix(operation.name());
  if (!first) return nullptr;
  const auto inputs = operation.inputs();
  return std::make_unique<Begun>(Product{inputs[*first].toTensor(), inputs[*first + 1].toTensor(), {}});
}

void end(const at::RecordFunction& operation, at::ObserverContext* context) {
  if (context == nullptr || listening == nullptr) return;
  auto product = static_cast<Begun*>(context)->product;
  product.result = operation.outputs().front().toTensor();
  listening->push_back(product);
}

class Listener {
 public:
  explicit Listener(std::vector<Product>& products)
      : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(begin, end)
                                               .needsInputs(true)
                                               .needsOutputs(true)
                                               .scopes({at::RecordScope::FUNCTION}))) {
    listening = &products;
  }
  ~Listener() {
    listening = nullptr;
    at::removeCallback(handle_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  at::CallbackHandle handle_;
};

/// Of all the products that with the transposed weight.
LinearPass pass_of(const at::Tensor& weight, const std::vector<Product>& products) {
  LinearPass found;
  for (const auto& product : products) {
    if (product.right.const_data_ptr() != weight.const_data_ptr() ||
        product.right.sizes() != weight.t().sizes())
      continue;
    if (found.output.defined()) return {};
    found = {product.left, product.result};
  }
  return found;
}

}  // namespace

std::vector<LinearPass> linear_passes(const std::vector<at::Tensor>& weights,
                                      const std::function<void()>& forward) {
  std::vector<Product> products;
  {
    const Listener listener(products);
    forward();
  }
  std::vector<LinearPass> passes;
  for (const auto& weight : weights) passes.push_back(pass_of(weight, products));
  return passes;
}

std::vector<LinearFactors> linear_factors(const std::vector<LinearPass>& passes, const at::Tensor& outputs,
                                          const at::Tensor& directions) {
  std::vector<at::Tensor> places;
  for (const auto& pass : passes) {
    if (pass.output.defined()) places.push_back(pass.output);
  }
  std::vector<std::vector<at::Tensor>> gradients(places.size());
  for (int64_t c = 0; c < directions.size(0) && !places.empty(); ++c) {
    const auto of_all = torch::autograd::grad({outputs}, places, {directions[c]}, /*retain_graph=*/true);
    for (size_t l = 0; l < places.size(); ++l) gradients[l].push_back(of_all[l]);
  }
  std::vector<LinearFactors> factors;
  auto next = gradients.begin();
  for (const auto& pass : passes) {
    factors.push_back(pass.output.defined() ? LinearFactors{pass.input.detach(), at::stack(*next++)}
                                            : LinearFactors{});
  }
  return factors;
}

at::Tensor fisher_directions(const at::Tensor& factor, FisherKind kind, const at::Generator& generator) {
  const auto columns = factor.permute({2, 0, 1});
  if (kind == FisherKind::kExact) return columns;
  const auto weights = at::randn({columns.size(0), columns.size(1), 1}, generator, factor.options());
  return (columns * weights).sum(0, /*keepdim=*/true);
}

}  // namespace spinlab::training
