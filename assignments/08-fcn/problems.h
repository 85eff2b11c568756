#pragma once

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "assignments/shared/differences.h"
#include "assignments/shared/draws.h"
#include "fcn.h"

/// What the checks hand to a student's functions, and a second implementation to compare with: LibTorch's own
/// layers, log_softmax and autograd, in the checker.
namespace fcn::problems {

using namespace spinlab::shared;

inline Tensor labels_of(const std::vector<int64_t>& values) { return torch::tensor(values, torch::kLong); }

/// Layers whose preactivations are of order 1, with biases.
inline Parameters layers(const std::vector<int64_t>& widths, const std::string& purpose) {
  Parameters made;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const auto name = purpose + " layer " + std::to_string(l);
    made.push_back({normal({widths[l], widths[l - 1]}, name) / std::sqrt(widths[l - 1]),
                    0.5 * normal({widths[l]}, name + " bias")});
  }
  return made;
}

/// n examples for these widths, with random labels.
struct Batch {
  Tensor x, labels;
};

inline Batch batch(const std::vector<int64_t>& widths, int64_t n, const std::string& purpose) {
  return {normal({n, widths.front()}, purpose + " inputs"), integers(n, widths.back(), purpose + " labels")};
}

/// One problem: widths, activation, batch size.
struct Shape {
  std::vector<int64_t> widths;
  std::string activation;
  int64_t n;
};

/// One layer and several, one example and many, one unit and many, and layers that fit their transpose.
inline std::vector<Shape> shapes() {
  return {{{4, 3}, "tanh", 5},       {{5, 7, 3}, "relu", 1}, {{6, 9, 8, 4}, "tanh", 11},
          {{3, 1, 5, 2}, "tanh", 6}, {{4, 4, 4}, "relu", 3}, {{8, 12, 10, 9, 5}, "relu", 7}};
}

/// The same network as LibTorch's own layers, one activation between two of them.
inline torch::nn::Sequential library_network(const Parameters& parameters, const std::string& activation) {
  torch::nn::Sequential network;
  for (const auto& [weight, bias] : parameters) {
    if (!network->is_empty() && activation == "tanh") network->push_back(torch::nn::Tanh());
    if (!network->is_empty() && activation == "relu") network->push_back(torch::nn::ReLU());
    torch::nn::Linear layer(weight.size(1), weight.size(0));
    layer->weight.set_data(weight.clone());
    layer->bias.set_data(bias.clone());
    network->push_back(layer);
  }
  return network;
}

inline Tensor reference_logits(const Parameters& parameters, const Tensor& x, const std::string& activation) {
  return library_network(parameters, activation)->forward(x).detach();
}

/// −ln p_y of each example.
inline Tensor losses(const Tensor& logits, const Tensor& labels) {
  return -torch::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
}

inline Parameters reference_gradients(const Parameters& parameters, const Batch& batch,
                                      const std::string& activation) {
  auto network = library_network(parameters, activation);
  losses(network->forward(batch.x), batch.labels).mean().backward();
  Parameters gradients;
  const auto leaves = network->parameters();
  for (std::size_t i = 0; i < leaves.size(); i += 2)
    gradients.push_back({leaves[i].grad(), leaves[i + 1].grad()});
  return gradients;
}

/// ∂ Σ(v · z^L) / ∂z^l for every layer: what autograd leaves at each linear layer's output.
inline std::vector<Tensor> reference_errors(const Parameters& parameters, const Tensor& x, const Tensor& v,
                                            const std::string& activation) {
  auto network = library_network(parameters, activation);
  std::vector<Tensor> z, errors;
  Tensor signal = x;
  for (auto& layer : *network) {
    signal = layer.forward(signal);
    if (!layer.ptr()->parameters().empty()) z.push_back(signal);
  }
  for (auto& output : z) output.retain_grad();
  (v * signal).sum().backward();
  for (const auto& output : z) errors.push_back(output.grad());
  return errors;
}

/// Layers of the shapes of `like` from all their numbers, one behind the other.
inline Parameters shaped(const Tensor& numbers, const Parameters& like) {
  Parameters made;
  int64_t at = 0;
  const auto take = [&](const Tensor& shape) {
    const auto piece = numbers.slice(0, at, at + shape.numel()).view_as(shape);
    at += shape.numel();
    return piece;
  };
  for (const auto& [weight, bias] : like) {
    const auto taken = take(weight);
    made.push_back({taken, take(bias)});
  }
  return made;
}

/// a + scale · b, layer by layer.
inline Parameters moved(const Parameters& a, double scale, const Parameters& b) {
  Parameters sum;
  for (std::size_t l = 0; l < a.size(); ++l)
    sum.push_back({a[l].weight + scale * b[l].weight, a[l].bias + scale * b[l].bias});
  return sum;
}

/// In float32.
inline Parameters single(const Parameters& parameters) {
  Parameters rounded;
  for (const auto& layer : parameters)
    rounded.push_back({layer.weight.to(torch::kFloat32), layer.bias.to(torch::kFloat32)});
  return rounded;
}

/// All numbers of all layers, one behind the other.
inline Tensor flat(const Parameters& parameters) {
  std::vector<Tensor> pieces;
  for (const auto& [weight, bias] : parameters) pieces.insert(pieces.end(), {weight.flatten(), bias});
  return torch::cat(pieces);
}

/// What a student's module has, as layers.
inline Parameters parameters_of(const spinlab::judging::StudentModule& network) {
  Parameters made;
  const auto named = network.named_parameters();
  for (std::size_t i = 0; i + 1 < named.size(); i += 2)
    made.push_back({named[i].second, named[i + 1].second});
  return made;
}

/// The same with the names that the module has for them.
inline spinlab::judging::NamedTensorList named(const Parameters& parameters) {
  spinlab::judging::NamedTensorList list;
  for (std::size_t l = 0; l < parameters.size(); ++l) {
    const auto layer = "layer" + std::to_string(l + 1);
    list.insert(list.end(),
                {{layer + ".weight", parameters[l].weight}, {layer + ".bias", parameters[l].bias}});
  }
  return list;
}

inline void expect_layers(const Parameters& actual, const Parameters& expected,
                          spinlab::Tolerance tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t l = 0; l < expected.size(); ++l) {
    EXPECT_CLOSE(actual[l].weight, expected[l].weight, tolerance) << "weight of layer " << l + 1;
    EXPECT_CLOSE(actual[l].bias, expected[l].bias, tolerance) << "bias of layer " << l + 1;
  }
}

/// E f(z), z ~ N(0, 1), by the trapezoidal rule, which converges exponentially for analytic f: no
/// Gauss–Hermite, so that a mistake in the weights is not made twice.
inline double gaussian_mean(const std::function<double(double)>& f) {
  const double step = 1.0 / 40, pi = std::acos(-1.0);
  double sum = 0;
  for (int i = -480; i <= 480; ++i) sum += f(i * step) * std::exp(-0.5 * (i * step) * (i * step));
  return sum * step / std::sqrt(2 * pi);
}

/// σ_w² E[φ(√q z)²] + σ_b² for tanh.
inline double tanh_map(double q, double weight_variance, double bias_variance) {
  const auto square = [=](double z) { return std::pow(std::tanh(std::sqrt(q) * z), 2); };
  return weight_variance * gaussian_mean(square) + bias_variance;
}

/// σ_w² E[φ'(√q z)²] for tanh.
inline double tanh_factor(double q, double weight_variance) {
  return weight_variance * gaussian_mean([=](double z) { return std::pow(std::cosh(std::sqrt(q) * z), -4); });
}

/// The fixed point of tanh by iteration, a few hundred steps away from the critical line.
inline double tanh_fixed_point(double weight_variance, double bias_variance) {
  double q = 1;
  for (int i = 0; i < 200; ++i) q = tanh_map(q, weight_variance, bias_variance);
  return q;
}

/// What one example of a network at its fixed point looks like: rows with mean square (q* − σ_b²)/σ_w², so
/// that q¹ = q*.
inline Tensor inputs_at(double q, double weight_variance, double bias_variance, int64_t n, int64_t width) {
  const auto x = normal({n, width}, "inputs of length");
  const auto mean_square = x.square().mean(1, /*keepdim=*/true);
  return x * ((q - bias_variance) / weight_variance / mean_square).sqrt();
}

/// The mean over examples and units of z², for each layer.
inline Tensor mean_squares(const std::vector<Tensor>& layers) {
  std::vector<Tensor> means;
  for (const auto& z : layers) means.push_back(z.square().mean());
  return torch::stack(means);
}

}  // namespace fcn::problems
