// The experiment of the handout, section 18: the student's functions on nine problems, with the theory to
// compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <string>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "problems.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace infinite_width::problems;
Tensor normal(at::IntArrayRef shape, std::uint64_t seed, const std::string& purpose) {
  return torch::randn(shape, make_generator(seed, purpose), torch::kFloat64);
}

int64_t student_seed(std::uint64_t seed, const std::string& purpose) {
  return static_cast<int64_t>(derive_seed(seed, purpose) >> 1);
}

Json bumps() {
  const auto sine = [](const Tensor& x) { return x.sin(); };
  const auto x = torch::arange(0, 6283, torch::kFloat64) / 1000;
  std::vector<double> cells, errors;
  for (int64_t M = 4; M <= 1024; M *= 2) {
    cells.push_back(static_cast<double>(M));
    errors.push_back((bump_network(sine, 0, 2 * kPi, M, x) - x.sin()).abs().max().item<double>());
  }
  return {{"x", numbers_of(x)},
          {"eight", numbers_of(bump_network(sine, 0, 2 * kPi, 8, x))},
          {"thirty", numbers_of(bump_network(sine, 0, 2 * kPi, 30, x))},
          {"cells", cells},
          {"errors", errors}};
}

/// Outputs at one point over their deviation, at two widths; and excess kurtosis against width, with the
/// deviation of that of as many Gaussian numbers, √(24/n).
Json limits(std::uint64_t seed) {
  const auto x = torch::ones({1, 1}, torch::kFloat64);
  const auto outputs = [&](int64_t width, int64_t networks) {
    const auto name = "outputs " + std::to_string(width);
    return random_networks(x, width, networks, 2, 0, student_seed(seed, name)).select(1, 0);
  };
  std::vector<double> widths, kurtosis, theory;
  for (const int64_t width : {2, 4, 8, 16, 32, 64, 128}) {
    const auto f = outputs(width, 20'000);
    widths.push_back(static_cast<double>(width));
    kurtosis.push_back((f.pow(4).mean() / f.square().mean().square() - 3).item<double>());
    theory.push_back(excess_kurtosis(1, 6, width));  // E φ² = q/2 and E φ⁴ = 3q²/2 at q = 2
  }
  return {{"narrow", numbers_of(outputs(1, 20'000) / std::sqrt(2))},
          {"wide", numbers_of(outputs(100, 20'000) / std::sqrt(2))},
          {"widths", widths},
          {"kurtosis", kurtosis},
          {"theory", theory},
          {"networks", 20'000}};
}

/// Root mean square deviation of a tangent kernel's element from the NTK, and what its variance should be:
/// with k the covariance, T = φφ + v²φ'φ'k for each neuron, E v⁴ = 3.
Json concentration(std::uint64_t seed) {
  const auto X = torch::tensor({1.0, 0.3, -0.5, 1.2}, torch::kFloat64).view({2, 2});
  const auto K = X.matmul(X.t()) / 2;
  const auto slope = slopes_of_error_functions;
  const auto mean = [&](const infinite_width::Elementwise& phi) {
    return dual(phi, K, 60)[0][1].item<double>();
  };
  const double k = K[0][1].item<double>(),
               exact = ntk(X, 1, 1, 0, erf_means, erf_slope_means)[0][1].item<double>();
  const double second = mean([](const Tensor& u) { return u.erf().square(); }) +
                        2 * k * mean([&](const Tensor& u) { return u.erf() * slope(u); }) +
                        3 * k * k * mean([&](const Tensor& u) { return slope(u).square(); });
  std::vector<double> widths, deviations, errors;
  const int draws = 100;
  for (const int64_t width : {4, 16, 64, 256, 1024, 4096}) {
    double sum = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const auto name = std::to_string(width) + " " + std::to_string(draw);
      const auto theta =
          tangent_kernel(X, X, normal({width, 2}, seed, "W " + name), normal({width}, seed, "v " + name));
      sum += std::pow(theta[0][1].item<double>() - exact, 2);
    }
    widths.push_back(static_cast<double>(width));
    deviations.push_back(std::sqrt(sum / draws));
    errors.push_back(deviations.back() / std::sqrt(2.0 * draws));
  }
  return {{"widths", widths},
          {"deviation", deviations},
          {"error", errors},
          {"constant", std::sqrt(second - exact * exact)}};
}

/// An NNGP of three hidden layers of ReLU on a line, before and after five points.
Json process(std::uint64_t seed) {
  const auto grid = torch::linspace(-2, 2, 81, torch::kFloat64);
  const auto x = torch::tensor({-1.5, -0.8, 0.1, 0.6, 1.4}, torch::kFloat64), y = (2 * x).sin();
  const auto with_one = [](const Tensor& line) { return torch::stack({line, torch::ones_like(line)}, 1); };
  const auto points = with_one(torch::cat({x, grid}));
  auto K = 0.1 + points.matmul(points.t());
  for (int layer = 0; layer < 3; ++layer) K = 0.1 + 2 * relu_dual(K);
  const auto prior = K.slice(0, 5).slice(1, 5);
  const auto beliefs =
      posterior(K.slice(0, 0, 5).slice(1, 0, 5), K.slice(0, 5).slice(1, 0, 5), prior, y, 1e-4);
  const auto draws = [&](const Tensor& covariance, const std::string& name) {
    const auto [spectrum, V] = torch::linalg_eigh((covariance + covariance.t()) / 2);
    return normal({3, 81}, seed, name).mul(spectrum.clamp_min(0).sqrt()).matmul(V.t());
  };
  return {{"x", numbers_of(grid)},
          {"points", numbers_of(x)},
          {"values", numbers_of(y)},
          {"before", rows(draws(prior, "before"))},
          {"after", rows(draws(beliefs.covariance, "after") + beliefs.mean)},
          {"mean", numbers_of(beliefs.mean)},
          {"prior", numbers_of(prior.diagonal().sqrt())},
          {"deviation", numbers_of(beliefs.covariance.diagonal().clamp_min(0).sqrt())}};
}

/// Losses of networks and of their linearisations along the same steps.
Json descent(std::uint64_t seed) {
  const auto X = normal({10, 3}, seed, "points"), y = X.select(1, 0).sin() + 0.5 * X.select(1, 1);
  const double rate = 0.1;
  auto runs = Json::array();
  for (const int64_t width : {20, 2000}) {
    const auto W = normal({width, 3}, seed, "W " + std::to_string(width));
    const auto v = normal({width}, seed, "v " + std::to_string(width));
    const auto f = train_network(X, y, W, v, rate, 400), linear = train_linearised(X, y, W, v, rate, 400);
    const auto times = rate * torch::arange(0, 401, torch::kFloat64);
    runs.push_back({{"width", width},
                    {"times", numbers_of(times)},
                    {"network", numbers_of((f - y).square().sum(1) / 2)},
                    {"linearised", numbers_of((linear - y).square().sum(1) / 2)},
                    {"flow", numbers_of(loss_curve(tangent_kernel(X, X, W, v), f[0] - y, times))}});
  }
  return runs;
}

/// The map of correlations of tanh at q*, in the ordered and in the chaotic phase.
Json maps() {
  auto all = Json::array();
  for (const auto& [weights, biases] : {std::pair{1.0, 0.1}, {4.0, 0.05}}) {
    const auto point = fixed_point(hyperbolic, slope_of_hyperbolic, weights, biases);
    const auto c = torch::linspace(-0.2, 1, 25, torch::kFloat64);
    auto image = torch::empty_like(c);
    for (int64_t i = 0; i < c.size(0); ++i)
      image[i] = layer_map(hyperbolic, {point.variance, c[i].item<double>()}, weights, biases).correlation;
    std::vector<double> path{0.9};
    for (int layer = 0; layer < 12; ++layer)
      path.push_back(layer_map(hyperbolic, {point.variance, path.back()}, weights, biases).correlation);
    all.push_back({{"weights", weights},
                   {"biases", biases},
                   {"c", numbers_of(c)},
                   {"image", numbers_of(image)},
                   {"path", path},
                   {"fixed", point.correlation},
                   {"chi", point.chi}});
  }
  return all;
}

Json phases() {
  const auto weights = torch::linspace(0.75, 4, 14, torch::kFloat64);
  const auto biases = torch::linspace(0.0125, 0.2875, 12, torch::kFloat64);
  auto depth = torch::empty({biases.size(0), weights.size(0)}, torch::kFloat64);
  for (int64_t i = 0; i < biases.size(0); ++i) {
    for (int64_t j = 0; j < weights.size(0); ++j)
      depth[i][j] =
          fixed_point(hyperbolic, slope_of_hyperbolic, weights[j].item<double>(), biases[i].item<double>())
              .depth_scale;
  }
  const auto line = torch::logspace(-5, std::log10(0.3), 30, 10.0, torch::kFloat64);
  std::vector<double> critical;
  for (int64_t i = 0; i < line.size(0); ++i)
    critical.push_back(critical_weight_variance(hyperbolic, slope_of_hyperbolic, line[i].item<double>()));
  return {{"weights", numbers_of(weights)},
          {"biases", numbers_of(biases)},
          {"depth", rows(depth)},
          {"line", numbers_of(line)},
          {"critical", critical}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  return {{"seed", seed},
          {"bumps", bumps()},
          {"limits", limits(derive_seed(seed, "limits"))},
          {"concentration", concentration(derive_seed(seed, "concentration"))},
          {"process", process(derive_seed(seed, "process"))},
          {"descent", descent(derive_seed(seed, "descent"))},
          {"maps", maps()},
          {"phases", phases()}};
}
