#include "fcn.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <functional>

namespace fcn {

using torch::Tensor;

namespace {

/// Given: there are two activations.
[[maybe_unused]] void require_activation(const std::string& activation) {
  TORCH_CHECK_VALUE(activation == "tanh" || activation == "relu",
                    "expected the activation tanh or relu, got ", activation);
}

/// Given: n rows of k logits belong to n labels in [0, k).
[[maybe_unused]] void require_labels(const Tensor& logits, const Tensor& labels) {
  TORCH_CHECK_VALUE(logits.dim() == 2 && labels.dim() == 1 && logits.size(0) == labels.size(0) &&
                        logits.numel() > 0 && labels.scalar_type() == torch::kLong,
                    "expected logits of (n, k) and int64 labels of (n), got ", logits.sizes(), " and ",
                    labels.sizes(), " ", labels.scalar_type());
  TORCH_CHECK_VALUE(labels.min().item<int64_t>() >= 0 && labels.max().item<int64_t>() < logits.size(1),
                    "expected labels from 0 to ", logits.size(1) - 1, ", got ", labels.min().item<int64_t>(),
                    " to ", labels.max().item<int64_t>());
}

/// Given: each layer takes what the one before it gives, and the first one takes x.
[[maybe_unused]] void require_layers(const Parameters& parameters, const Tensor& x) {
  TORCH_CHECK_VALUE(!parameters.empty(), "expected at least one layer");
  TORCH_CHECK_VALUE(x.dim() == 2, "expected a batch of (n, n_0), got ", x.sizes());
  auto width = x.size(1);
  for (const auto& [weight, bias] : parameters) {
    TORCH_CHECK_VALUE(
        weight.dim() == 2 && weight.size(1) == width && bias.dim() == 1 && bias.size(0) == weight.size(0),
        "expected a weight of (m, ", width, ") and a bias of (m), got ", weight.sizes(), " and ",
        bias.sizes());
    width = weight.size(0);
  }
}

/// Given: variances are not negative.
[[maybe_unused]] void require_variances(double weight_variance, double bias_variance) {
  TORCH_CHECK_VALUE(weight_variance >= 0 && bias_variance >= 0, "variances must be at least 0, got ",
                    weight_variance, " and ", bias_variance);
}

/// Given: a generator of random numbers with a seed, for torch::randn and torch::randperm.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

}  // namespace

Tensor activate(const Tensor& z, const std::string& activation) {
  // BEGIN SOLUTION activate
  require_activation(activation);
  return activation == "tanh" ? z.tanh() : z.clamp_min(0);
  // END SOLUTION
}

Tensor activation_slope(const Tensor& z, const std::string& activation) {
  // BEGIN SOLUTION activation_slope: at the preactivation z, not at φ(z)
  require_activation(activation);
  return activation == "tanh" ? 1 - z.tanh().square() : z.gt(0).to(z.scalar_type());
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// A shift of all logits of an example changes no probability; without the largest one, exp cannot overflow.
Tensor log_probabilities(const Tensor& logits) {
  const auto shifted = logits - logits.amax(1, /*keepdim=*/true);
  return shifted - shifted.exp().sum(1, /*keepdim=*/true).log();
}

}  // namespace
// END SOLUTION

Tensor cross_entropy(const Tensor& logits, const Tensor& labels) {
  // BEGIN SOLUTION cross_entropy: subtract what changes no probability before you call exp
  require_labels(logits, labels);
  return -log_probabilities(logits).gather(1, labels.unsqueeze(1)).mean();
  // END SOLUTION
}

Tensor cross_entropy_gradient(const Tensor& logits, const Tensor& labels) {
  // BEGIN SOLUTION cross_entropy_gradient
  require_labels(logits, labels);
  const auto targets = torch::zeros_like(logits).scatter(1, labels.unsqueeze(1), 1);
  return (log_probabilities(logits).exp() - targets) / logits.size(0);
  // END SOLUTION
}

std::vector<Tensor> preactivations(const Parameters& parameters, const Tensor& x,
                                   const std::string& activation) {
  // BEGIN SOLUTION preactivations: W is (out, in), examples are rows
  require_layers(parameters, x);
  require_activation(activation);
  std::vector<Tensor> z;
  for (const auto& [weight, bias] : parameters) {
    const auto input = z.empty() ? x : activate(z.back(), activation);
    z.push_back(input.matmul(weight.t()) + bias);
  }
  return z;
  // END SOLUTION
}

std::vector<Tensor> backpropagate(const Parameters& parameters, const std::vector<Tensor>& z,
                                  const Tensor& output_error, const std::string& activation) {
  // BEGIN SOLUTION backpropagate: from the last layer to the first; the last has no activation
  std::vector<Tensor> errors(parameters.size());
  errors.back() = output_error;
  for (auto l = errors.size() - 1; l > 0; --l) {
    const auto by_activation = errors[l].matmul(parameters[l].weight);
    errors[l - 1] = by_activation * activation_slope(z[l - 1], activation);
  }
  return errors;
  // END SOLUTION
}

Parameters gradients_by_hand(const Parameters& parameters, const Tensor& x, const Tensor& labels,
                             const std::string& activation) {
  // BEGIN SOLUTION gradients_by_hand: each weight saw every example, and so did each bias
  const auto z = preactivations(parameters, x, activation);
  const auto errors = backpropagate(parameters, z, cross_entropy_gradient(z.back(), labels), activation);
  Parameters gradients;
  for (std::size_t l = 0; l < z.size(); ++l) {
    const auto input = l == 0 ? x : activate(z[l - 1], activation);
    gradients.push_back({errors[l].t().matmul(input), errors[l].sum(0)});
  }
  return gradients;
  // END SOLUTION
}

Parameters sgd_step(const Parameters& parameters, const Parameters& gradients, double learning_rate) {
  // BEGIN SOLUTION sgd_step
  TORCH_CHECK_VALUE(learning_rate > 0, "the learning rate must be above 0, got ", learning_rate);
  TORCH_CHECK_VALUE(parameters.size() == gradients.size(), "expected gradients of ", parameters.size(),
                    " layers, got ", gradients.size());
  Parameters next;
  for (std::size_t l = 0; l < parameters.size(); ++l)
    next.push_back({parameters[l].weight - learning_rate * gradients[l].weight,
                    parameters[l].bias - learning_rate * gradients[l].bias});
  return next;
  // END SOLUTION
}

Parameters gradients_by_autograd(const Parameters& parameters, const Tensor& x, const Tensor& labels,
                                 const std::string& activation) {
  // BEGIN SOLUTION gradients_by_autograd: leaves are copies with requires_grad_(); torch::autograd::grad
  Parameters layers;
  std::vector<Tensor> leaves;
  for (const auto& [weight, bias] : parameters) {
    layers.push_back({weight.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_()});
    leaves.insert(leaves.end(), {layers.back().weight, layers.back().bias});
  }
  const auto loss = cross_entropy(preactivations(layers, x, activation).back(), labels);
  const auto flat = torch::autograd::grad({loss}, leaves);
  Parameters gradients;
  for (std::size_t i = 0; i < flat.size(); i += 2) gradients.push_back({flat[i], flat[i + 1]});
  return gradients;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

class LinearNetwork : public Network {
 public:
  LinearNetwork(const Parameters& parameters, const std::string& activation) : activation_(activation) {
    torch::NoGradGuard no_grad;
    for (const auto& [weight, bias] : parameters) {
      torch::nn::Linear layer(weight.size(1), weight.size(0));
      layer->to(weight.scalar_type());
      layer->weight.copy_(weight);
      layer->bias.copy_(bias);
      layers_.push_back(register_module("layer" + std::to_string(layers_.size() + 1), layer));
    }
  }

  Tensor forward(const Tensor& x) override {
    auto z = layers_.front()->forward(x);
    for (std::size_t l = 1; l < layers_.size(); ++l) z = layers_[l]->forward(activate(z, activation_));
    return z;
  }

 private:
  std::string activation_;
  std::vector<torch::nn::Linear> layers_;
};

}  // namespace
// END SOLUTION

std::shared_ptr<Network> make_network(const Parameters& parameters, const std::string& activation) {
  // BEGIN SOLUTION make_network: your class registers each Linear and copies into it under a NoGradGuard
  require_activation(activation);
  TORCH_CHECK_VALUE(!parameters.empty(), "expected at least one layer");
  return std::make_shared<LinearNetwork>(parameters, activation);
  // END SOLUTION
}

double accuracy(const std::shared_ptr<Network>& network, const Tensor& x, const Tensor& labels) {
  // BEGIN SOLUTION accuracy
  torch::NoGradGuard no_grad;
  return network->forward(x).argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
  // END SOLUTION
}

std::vector<double> train(const std::shared_ptr<Network>& network, const Tensor& x, const Tensor& labels,
                          const TrainOptions& options) {
  // BEGIN SOLUTION train: torch::randperm(n, seeded(…), torch::kLong), split(batch_size), index_select
  TORCH_CHECK_VALUE(x.dim() == 2 && labels.dim() == 1 && x.size(0) == labels.size(0),
                    "expected x of (n, n_0) and labels of (n), got ", x.sizes(), " and ", labels.sizes());
  TORCH_CHECK_VALUE(options.epochs >= 0 && options.batch_size >= 1 && options.learning_rate > 0,
                    "expected epochs of at least 0, batches of at least 1 and a rate above 0, got ",
                    options.epochs, ", ", options.batch_size, " and ", options.learning_rate);
  torch::optim::SGD optimizer(network->parameters(),
                              torch::optim::SGDOptions(options.learning_rate).momentum(options.momentum));
  const auto generator = seeded(options.seed);
  const auto n = x.size(0);
  std::vector<double> losses;
  for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    double total = 0;
    for (const auto& batch : torch::randperm(n, generator, torch::kLong).split(options.batch_size)) {
      const auto inputs = x.index_select(0, batch), targets = labels.index_select(0, batch);
      const auto loss = cross_entropy(network->forward(inputs), targets);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      total += loss.item<double>() * batch.size(0);
    }
    losses.push_back(total / n);
  }
  return losses;
  // END SOLUTION
}

Parameters gaussian_parameters(const std::vector<int64_t>& widths, double weight_variance,
                               double bias_variance, int64_t seed) {
  // BEGIN SOLUTION gaussian_parameters: one generator for all layers; a variance is the square of a deviation
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(widths.size() >= 2, "expected at least two widths, got ", widths.size());
  for (const auto width : widths) TORCH_CHECK_VALUE(width >= 1, "widths must be at least 1, got ", width);
  const auto generator = seeded(seed);
  Parameters parameters;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const auto deviation = std::sqrt(weight_variance / widths[l - 1]);
    const auto weight = deviation * torch::randn({widths[l], widths[l - 1]}, generator, torch::kFloat64);
    const auto bias = std::sqrt(bias_variance) * torch::randn({widths[l]}, generator, torch::kFloat64);
    parameters.push_back({weight, bias});
  }
  return parameters;
  // END SOLUTION
}

WeightScale weight_scale(const std::string& scheme, int64_t fan_in, int64_t fan_out) {
  // BEGIN SOLUTION weight_scale
  TORCH_CHECK_VALUE(fan_in >= 1 && fan_out >= 1, "fans must be at least 1, got ", fan_in, " and ", fan_out);
  if (scheme == "he") return {std::sqrt(2.0 / fan_in), 1};
  if (scheme == "glorot") return {std::sqrt(2.0 / (fan_in + fan_out)), 1};
  if (scheme == "ntk") return {1, 1 / std::sqrt(fan_in)};
  TORCH_CHECK_VALUE(false, "expected the scheme he, glorot or ntk, got ", scheme);
  // END SOLUTION
}

Quadrature gauss_hermite(int64_t n) {
  // BEGIN SOLUTION gauss_hermite: diag(1) and diag(-1) of a vector, torch::linalg_eigh
  TORCH_CHECK_VALUE(n >= 1, "expected at least one node, got ", n);
  const auto beside = torch::arange(1, n, torch::kFloat64).sqrt();
  const auto [nodes, vectors] = torch::linalg_eigh(beside.diag(1) + beside.diag(-1));
  return {nodes, vectors[0].square()};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// E[f(√q z)²], z ~ N(0, 1). Where f jumps, at 0, an even rule has no node, and half its weight on each side.
double mean_square(Tensor (*f)(const Tensor&, const std::string&), double q, const std::string& activation) {
  static const auto rule = gauss_hermite(200);
  return rule.weights.dot(f(std::sqrt(q) * rule.nodes, activation).square()).item<double>();
}

/// The zero of a function that is positive below it and not above it, between 0 and `upper`.
double bisect(const std::function<double(double)>& f, double upper) {
  double lower = 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = (lower + upper) / 2;
    (f(middle) > 0 ? lower : upper) = middle;
  }
  return upper;
}

}  // namespace
// END SOLUTION

double variance_map(double q, double weight_variance, double bias_variance, const std::string& activation) {
  // BEGIN SOLUTION variance_map: φ at √q z, and about 200 nodes
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(q >= 0, "q must be at least 0, got ", q);
  return weight_variance * mean_square(activate, q, activation) + bias_variance;
  // END SOLUTION
}

double variance_fixed_point(double weight_variance, double bias_variance, const std::string& activation) {
  // BEGIN SOLUTION variance_fixed_point: near the critical line an iteration needs ever more steps
  require_variances(weight_variance, bias_variance);
  require_activation(activation);
  if (activation == "relu") {
    TORCH_CHECK_VALUE(weight_variance < 2, "ReLU has no fixed point at a weight variance of ",
                      weight_variance, "; expected one below 2");
    return bias_variance / (1 - weight_variance / 2);
  }
  // V(q)/q falls with q, so V(q) > q below the fixed point; tanh² ≤ 1 bounds it.
  const auto growth = [&](double q) { return variance_map(q, weight_variance, bias_variance, "tanh") - q; };
  return bisect(growth, weight_variance + bias_variance);
  // END SOLUTION
}

double gradient_factor(double weight_variance, double bias_variance, const std::string& activation) {
  // BEGIN SOLUTION gradient_factor: φ' of ReLU does not care how large q is, but jumps at 0; any node there?
  require_variances(weight_variance, bias_variance);
  require_activation(activation);
  const double q =
      activation == "relu" ? 1 : variance_fixed_point(weight_variance, bias_variance, activation);
  return weight_variance * mean_square(activation_slope, q, activation);
  // END SOLUTION
}

double critical_weight_variance(double bias_variance, const std::string& activation) {
  // BEGIN SOLUTION critical_weight_variance: a given q* fixes σ_w² by χ = 1 and then σ_b² by the map
  require_variances(0, bias_variance);
  require_activation(activation);
  if (activation == "relu") {
    TORCH_CHECK_VALUE(bias_variance == 0, "ReLU is critical only without biases, got a variance of ",
                      bias_variance);
    return 2;
  }
  const auto critical = [](double q) { return 1 / mean_square(activation_slope, q, "tanh"); };
  const auto missing = [&](double q) { return variance_map(q, critical(q), bias_variance, "tanh") - q; };
  double upper = 1;
  while (missing(upper) > 0) upper *= 2;
  return critical(bisect(missing, upper));
  // END SOLUTION
}

std::shared_ptr<Network> fit_classifier(const Tensor& x, const Tensor& labels, int64_t classes,
                                        int64_t seed) {
  // BEGIN SOLUTION fit_classifier: tasks 11, 8 and 10 together; is the first layer's input centred?
  auto parameters = gaussian_parameters({x.size(1), 100, classes}, 2, 0, seed);
  for (auto& [weight, bias] : parameters)
    weight = weight.to(torch::kFloat32), bias = bias.to(torch::kFloat32);
  // The first layer sees centred inputs at the start; the curvature of the loss grows with their covariance.
  const auto mean = x.mean(0);
  parameters[0].bias -= parameters[0].weight.mv(mean);
  const double length = (x - mean).square().sum(1).mean().item<double>();
  const auto network = make_network(parameters, "relu");
  train(network, x, labels,
        {.epochs = 12, .batch_size = 50, .learning_rate = 0.5 / length, .momentum = 0.9, .seed = seed});
  return network;
  // END SOLUTION
}

}  // namespace fcn
