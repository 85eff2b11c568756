// The experiment of the handout, section 18: the student's networks in their depth and in training, with the
// theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <algorithm>
#include <cmath>

#include "calls.h"
#include "data.h"
#include "datasets/files/data_folders.h"
#include "problems.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using torch::Tensor;

constexpr double kBiasVariance = 0.05;

std::vector<double> mean_squares(const std::vector<Tensor>& layers) {
  std::vector<double> means;
  for (const auto& z : layers) means.push_back(z.square().mean().item<double>());
  return means;
}

/// Measured and predicted variances through the depth, from inputs far above and far below the fixed point,
/// and the errors on their way back.
Json depth(double weight_variance, std::uint64_t seed) {
  const int64_t width = 300, layers = 30;
  const auto parameters = gaussian_parameters(std::vector<int64_t>(layers + 1, width), weight_variance,
                                              kBiasVariance, static_cast<int64_t>(seed >> 16));
  auto x = torch::randn({2, width}, make_generator(seed, "inputs"), torch::kFloat64);
  const auto starts = torch::tensor({0.05, 3.0}, torch::kFloat64);
  x = x * (starts.unsqueeze(1) / x.square().mean(1, /*keepdim=*/true)).sqrt();
  const auto z = preactivations(parameters, x, "tanh");
  auto variances = Json::array();
  for (const int64_t i : {0, 1}) {
    std::vector<Tensor> of_one;
    for (const auto& layer : z) of_one.push_back(layer[i]);
    std::vector<double> map{weight_variance * starts[i].item<double>() + kBiasVariance};
    while (map.size() < z.size())
      map.push_back(variance_map(map.back(), weight_variance, kBiasVariance, "tanh"));
    variances.push_back({{"measured", mean_squares(of_one)}, {"map", map}});
  }
  const auto v = torch::randn({2, width}, make_generator(seed, "output error"), torch::kFloat64);
  return {{"weight_variance", weight_variance},
          {"fixed_point", variance_fixed_point(weight_variance, kBiasVariance, "tanh")},
          {"factor", gradient_factor(weight_variance, kBiasVariance, "tanh")},
          {"variances", variances},
          {"errors", mean_squares(backpropagate(parameters, z, v, "tanh"))}};
}

/// χ = 1 in the plane of the two variances.
Json critical_line() {
  std::vector<double> bias, weight;
  for (int i = 0; i <= 30; ++i) {
    bias.push_back(0.3 * i / 30.0 * i / 30.0);
    weight.push_back(critical_weight_variance(bias.back(), "tanh"));
  }
  return {{"bias_variance", bias}, {"weight_variance", weight}};
}

/// Test accuracy of a ReLU network after each epoch, for weights of three scales.
Json curves(const fcn::data::Problem& problem, std::uint64_t seed) {
  auto all = Json::array();
  for (const double weight_variance : {0.02, 2.0, 20.0}) {
    std::vector<int64_t> widths{problem.train.x.size(1), 64, 64, 64, problem.classes};
    const auto parameters = fcn::problems::single(
        gaussian_parameters(widths, weight_variance, 0, static_cast<int64_t>(seed >> 16)));
    const auto network = make_network(parameters, "relu");
    std::vector<double> losses, accuracies{accuracy(network, problem.test.x, problem.test.labels)};
    for (int64_t epoch = 0; epoch < 12; ++epoch) {
      const fcn::TrainOptions options{
          .epochs = 1, .batch_size = 32, .learning_rate = 0.02, .momentum = 0.5, .seed = epoch};
      losses.push_back(train(network, problem.train.x, problem.train.labels, options).at(0));
      accuracies.push_back(accuracy(network, problem.test.x, problem.test.labels));
    }
    all.push_back({{"weight_variance", weight_variance}, {"losses", losses}, {"accuracies", accuracies}});
  }
  return all;
}

/// One network trained three times on the same examples, all in one batch: the losses, and how far autograd's
/// parameters and the module's are from those by hand, relative to their length, after each step.
Json three_trainings(const fcn::data::Examples& examples, torch::ScalarType precision, std::uint64_t seed) {
  const auto x = examples.x.to(precision);
  auto by_hand = gaussian_parameters({x.size(1), 30, 10}, 1, 0, static_cast<int64_t>(seed >> 16));
  for (auto& layer : by_hand) layer = {layer.weight.to(precision), layer.bias.to(precision)};
  auto by_autograd = by_hand;
  const auto network = make_network(by_hand, "tanh");
  const fcn::TrainOptions options{.epochs = 1, .batch_size = x.size(0), .learning_rate = 0.2};
  std::vector<double> hand, autograd, module, from_autograd, from_module;
  const auto loss = [&](const fcn::Parameters& parameters) {
    return cross_entropy(preactivations(parameters, x, "tanh").back(), examples.labels).item<double>();
  };
  const auto numbers_of = [](const fcn::Parameters& parameters) {
    return fcn::problems::flat(parameters).to(torch::kFloat64);
  };
  const auto step = [&](const auto& gradients, fcn::Parameters& parameters) {
    parameters =
        sgd_step(parameters, gradients(parameters, x, examples.labels, "tanh"), options.learning_rate);
  };
  for (int t = 0; t < 100; ++t) {
    hand.push_back(loss(by_hand));
    autograd.push_back(loss(by_autograd));
    step(gradients_by_hand, by_hand);
    step(gradients_by_autograd, by_autograd);
    module.push_back(train(network, x, examples.labels, options).at(0));
    const auto reference = numbers_of(by_hand);
    const auto distance = [&](const fcn::Parameters& other) {
      return ((numbers_of(other) - reference).norm() / reference.norm()).item<double>();
    };
    from_autograd.push_back(distance(by_autograd));
    from_module.push_back(distance(fcn::problems::parameters_of(network)));
  }
  return {{"by_hand", hand},
          {"by_autograd", autograd},
          {"module", module},
          {"from_autograd", from_autograd},
          {"from_module", from_module}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  const double critical = critical_weight_variance(kBiasVariance, "tanh");
  auto networks = Json::array();
  for (const double weight_variance : {0.6 * critical, critical, 2 * critical})
    networks.push_back(depth(weight_variance, derive_seed(seed, "depth")));
  Json result{{"seed", seed},
              {"bias_variance", kBiasVariance},
              {"depth", networks},
              {"critical_line", critical_line()},
              {"ising", curves(fcn::data::spins(derive_seed(seed, "spins")), seed)}};
  if (datasets::DataFolders().look_up("mnist/t10k-images-idx3-ubyte")) {
    const auto digits = fcn::data::digits(derive_seed(seed, "digits"));
    result["mnist"] = curves(digits, seed);
    const fcn::data::Examples some{digits.train.x.slice(0, 0, 500), digits.train.labels.slice(0, 0, 500)};
    result["three"] = {{"float32", three_trainings(some, torch::kFloat32, seed)},
                       {"float64", three_trainings(some, torch::kFloat64, seed)}};
  }
  return result;
}
