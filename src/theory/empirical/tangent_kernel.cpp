#include "src/theory/empirical/tangent_kernel.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "src/theory/empirical/plain_derivatives.h"

namespace spinlab::theory {
namespace {

void expect_alike(const at::Tensor& X, const at::Tensor& Z) {
  TORCH_CHECK_VALUE(X.dim() >= 2 && X.sizes().slice(1) == Z.sizes().slice(1) &&
                        X.scalar_type() == Z.scalar_type() && X.size(0) > 0 && Z.size(0) > 0,
                    "both inputs must be of one shape and type, are ", X.sizes(), ' ', X.scalar_type(),
                    " and ", Z.sizes(), ' ', Z.scalar_type());
}

/// A Bᵀ; where they are the same, half of it and its mirror.
at::Tensor product(const at::Tensor& A, const at::Tensor& B) {
  constexpr int64_t kRows = 64;
  if (!A.is_same(B)) return A.mm(B.t());
  const auto n = A.size(0);
  auto K = at::empty({n, n}, A.options());
  for (int64_t i = 0; i < n; i += kRows) {
    const auto end = std::min(i + kRows, n);
    auto block = K.slice(0, i, end).slice(1, 0, end);
    at::mm_out(block, A.slice(0, i, end), A.slice(0, 0, end).t());
    K.slice(0, 0, i).slice(1, i, end).copy_(block.slice(1, 0, i).t());
  }
  return K;
}

/// Σ over the last dimension of both, (outputs, n, p) and (outputs, m, p): (n, m, outputs, outputs), or the
/// sum over equal outputs, (n, m).
at::Tensor contract(const at::Tensor& a, const at::Tensor& b, Outputs outputs) {
  const auto rows = [&](const at::Tensor& g) {
    return outputs == Outputs::kMean ? g.transpose(0, 1).flatten(1) : g.flatten(0, 1);
  };
  const auto A = rows(a), all = product(A, a.is_same(b) ? A : rows(b));
  if (outputs == Outputs::kMean) return all;
  return all.view({a.size(0), a.size(1), b.size(0), b.size(1)}).permute({1, 3, 0, 2});
}

/// Of a layer's derivatives. With common weights behind it their squares' sum goes with the slopes, and the
/// product is smaller by the number of outputs.
at::Tensor contract(const WeightedLayer& x, const WeightedLayer& z, Outputs outputs) {
  if (outputs == Outputs::kAll || !x.slopes.defined()) return contract(x.derivatives, z.derivatives, outputs);
  const auto weights = x.after.square().sum(0).sqrt_();
  const auto a = x.slopes * weights;
  return product(a, &x == &z ? a : z.slopes * weights);
}

/// Beside (n, m, outputs, outputs) where all are asked for.
at::Tensor over_outputs(const at::Tensor& k, Outputs outputs) {
  return outputs == Outputs::kMean ? k : k.unsqueeze(-1).unsqueeze(-1);
}

at::Tensor part(const models::LinearLayer& layer, const WeightedLayer& x, const WeightedLayer& z,
                Outputs outputs) {
  auto inputs = product(x.inputs, z.inputs);
  if (layer.bias.defined()) inputs.add_(1);
  return contract(x, z, outputs) * over_outputs(inputs, outputs);
}

/// A convolution's gradients by its weights, (outputs, n, weights): the patches of its input times the
/// derivatives at their places.
at::Tensor weight_gradients(const models::Conv2dLayer& layer, const WeightedLayer& x) {
  const auto patches =
      at::im2col(x.inputs, layer.weight.sizes().slice(2), {1, 1}, {layer.padding, layer.padding},
                 {layer.stride, layer.stride});                  // (n, in kh kw, places)
  const auto by_row = x.derivatives.transpose(0, 1).flatten(3);  // (n, outputs, out, places)
  const auto all = by_row.flatten(1, 2).bmm(patches.transpose(1, 2));
  return all.view({by_row.size(0), by_row.size(1), -1}).transpose(0, 1);
}

at::Tensor part(const models::Conv2dLayer& layer, const WeightedLayer& x, const WeightedLayer& z,
                Outputs outputs) {
  const bool same = &x == &z;
  const auto a = weight_gradients(layer, x);
  auto sum = contract(a, same ? a : weight_gradients(layer, z), outputs);
  if (layer.bias.defined()) {
    const auto by_bias = x.derivatives.flatten(3).sum(3);
    sum = sum + contract(by_bias, same ? by_bias : z.derivatives.flatten(3).sum(3), outputs);
  }
  return sum;
}

at::Tensor sum_over_layers(const std::vector<WeightedLayer>& x, const std::vector<WeightedLayer>& z,
                           Outputs outputs) {
  TORCH_CHECK_VALUE(!x.empty(), "the network has no weights");
  at::Tensor sum;
  for (size_t l = 0; l < x.size(); ++l) {
    const auto one = x[l].layer.index() == 0
                         ? part(std::get<models::LinearLayer>(x[l].layer), x[l], z[l], outputs)
                         : part(std::get<models::Conv2dLayer>(x[l].layer), x[l], z[l], outputs);
    sum = sum.defined() ? sum.add_(one) : one.contiguous();
  }
  return outputs == Outputs::kMean ? sum.div_(x.front().derivatives.size(0)) : sum;
}

at::Tensor gradient(const at::Tensor& output, const std::vector<at::Tensor>& parameters, bool keep_graph) {
  const auto found = torch::autograd::grad({output}, parameters, {}, keep_graph, /*create_graph=*/false,
                                           /*allow_unused=*/true);
  std::vector<at::Tensor> flat;
  for (size_t p = 0; p < found.size(); ++p)
    flat.push_back(found[p].defined() ? found[p].flatten() : at::zeros_like(parameters[p]).flatten());
  return at::cat(flat);
}

/// ∂f_o(x)/∂θ of the rows, (outputs, rows, parameters). A row at a time: a pass back through all of them
/// would take as long for each.
at::Tensor jacobian(const Forward& forward, const std::vector<at::Tensor>& parameters,
                    const at::Tensor& rows) {
  const at::AutoGradMode with_graph(true);
  std::vector<at::Tensor> of_row;
  for (const auto& x : rows.split(1)) {
    const auto f = forward(x);
    TORCH_CHECK_VALUE(f.dim() == 2 && f.size(0) == 1, "a tangent kernel needs outputs (n, outputs), got ",
                      f.sizes());
    std::vector<at::Tensor> of_output;
    for (int64_t o = 0; o < f.size(1); ++o)
      of_output.push_back(gradient(f[0][o], parameters, o + 1 < f.size(1)));
    of_row.push_back(at::stack(of_output));
  }
  return at::stack(of_row, 1);
}

/// How many rows' gradients fit the memory, at least 2.
int64_t rows_that_fit(const Forward& forward, const std::vector<at::Tensor>& parameters, const at::Tensor& X,
                      int64_t memory) {
  TORCH_CHECK_VALUE(!parameters.empty(), "a tangent kernel needs parameters");
  const at::NoGradGuard values_alone;
  int64_t bytes = 0;
  for (const auto& parameter : parameters) bytes += parameter.numel() * parameter.element_size();
  const auto f = forward(X.narrow(0, 0, 1));
  TORCH_CHECK_VALUE(f.dim() == 2, "a tangent kernel needs outputs (n, outputs), got ", f.sizes());
  return std::max<int64_t>(memory / std::max<int64_t>(bytes * f.size(1), 1), 2);
}

/// Of A's rows and B's, both (outputs, rows, parameters), over the outputs' number where their mean is asked
/// for.
at::Tensor block(const at::Tensor& a, const at::Tensor& b, Outputs outputs) {
  auto k = contract(a, b, outputs);
  return outputs == Outputs::kMean ? k.div_(a.size(0)) : k;
}

at::Tensor transposed(const at::Tensor& k) { return k.dim() == 2 ? k.t() : k.permute({1, 0, 3, 2}); }

/// As many of A's rows as fit are held, while B's pass by: each of A's gradients is made once, each of B's
/// once a block of A.
at::Tensor holding_the_first(const Forward& forward, const std::vector<at::Tensor>& parameters,
                             const at::Tensor& A, const at::Tensor& B, Outputs outputs, int64_t fit) {
  const auto held = std::clamp<int64_t>(fit - std::max<int64_t>(fit / 8, 1), 1, A.size(0));
  std::vector<at::Tensor> rows;
  for (const auto& some : A.split(held)) {
    const auto a = jacobian(forward, parameters, some);
    std::vector<at::Tensor> columns;
    for (const auto& others : B.split(std::max<int64_t>(fit - held, 1)))
      columns.push_back(block(a, jacobian(forward, parameters, others), outputs));
    rows.push_back(at::cat(columns, 1));
  }
  return at::cat(rows);
}

}  // namespace

at::Tensor tangent_kernel(const models::PlainLayers& layers, const at::Tensor& X, const at::Tensor& Z,
                          Outputs outputs) {
  expect_alike(X, Z);
  return sum_over_layers(weighted_layers(layers, X), weighted_layers(layers, Z), outputs);
}

at::Tensor tangent_kernel(const models::PlainLayers& layers, const at::Tensor& X, Outputs outputs) {
  expect_alike(X, X);
  const auto x = weighted_layers(layers, X);
  return sum_over_layers(x, x, outputs);
}

at::Tensor tangent_kernel(const Forward& forward, const std::vector<at::Tensor>& parameters,
                          const at::Tensor& X, const at::Tensor& Z, Outputs outputs, int64_t memory) {
  expect_alike(X, Z);
  const auto fit = rows_that_fit(forward, parameters, X, memory);
  if (X.size(0) <= Z.size(0)) return holding_the_first(forward, parameters, X, Z, outputs, fit);
  return transposed(holding_the_first(forward, parameters, Z, X, outputs, fit));
}

at::Tensor tangent_kernel(const Forward& forward, const std::vector<at::Tensor>& parameters,
                          const at::Tensor& X, Outputs outputs, int64_t memory) {
  expect_alike(X, X);
  if (X.size(0) > rows_that_fit(forward, parameters, X, memory))
    return tangent_kernel(forward, parameters, X, X, outputs, memory);
  const auto a = jacobian(forward, parameters, X);
  return block(a, a, outputs);
}

at::Tensor sample_covariance(const at::Tensor& hidden, const at::Tensor& other) {
  return hidden.mm(other.t()).div_(static_cast<double>(hidden.size(1)));
}

}  // namespace spinlab::theory
