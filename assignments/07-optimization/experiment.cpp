// The experiment of the handout, section 16: the student's optimizers on a quadratic, in Rosenbrock's valley
// and under noise, with the theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using optimization::Field;
using torch::Tensor;

std::vector<double> errors(const Tensor& path, const Tensor& minimum) {
  const auto distance = torch::linalg_vector_norm(path - minimum, 2, 1);
  return numbers(distance / distance[0]);
}

/// Errors on a quadratic whose 100 eigenvalues fill [1, κ], from the eigenvectors of both ends; conjugate
/// gradients from all of them.
Json quadratic() {
  const double kappa = 100;
  const auto spectrum = torch::linspace(1, kappa, 100, torch::kFloat64);
  const auto minimum = torch::ones({100}, torch::kFloat64);
  auto start = minimum.clone();
  start[0] += 1;
  start[-1] += 1;
  const Field gradient = [&](const Tensor& x) { return spectrum * (x - minimum); };
  const Field product = [&](const Tensor& x) { return spectrum * x; };
  return {{"condition", kappa},
          {"descent", errors(gradient_descent(gradient, start, 2 / (1 + kappa), 300), minimum)},
          {"heavy_ball", errors(heavy_ball(gradient, start, best_heavy_ball(1, kappa), 300), minimum)},
          {"nesterov", errors(nesterov(gradient, start, best_nesterov(1, kappa), 300), minimum)},
          {"conjugate", errors(conjugate_gradients(product, spectrum, minimum + 1, {1e-14, 200}), minimum)}};
}

double valley(const Tensor& x) {
  return (100 * (x[1] - x[0].square()).square() + (1 - x[0]).square()).item<double>();
}

Tensor valley_gradient(const Tensor& x) {
  const auto off = x[1] - x[0].square();
  return torch::stack({-400 * x[0] * off - 2 * (1 - x[0]), 200 * off});
}

Tensor valley_hessian(const Tensor& x) {
  const double first = x[0].item<double>(), second = x[1].item<double>();
  return torch::tensor({1200 * first * first - 400 * second + 2, -400 * first, -400 * first, 200.0},
                       torch::kFloat64)
      .view({2, 2});
}

/// A path through Rosenbrock's valley with the value at each point.
Json run(const Tensor& path) {
  std::vector<double> values;
  for (const auto& x : path.unbind()) values.push_back(valley(x));
  return {{"first", numbers(path.select(1, 0))}, {"second", numbers(path.select(1, 1))}, {"values", values}};
}

Json rosenbrock() {
  const auto start = torch::tensor({-1.2, 1.0}, torch::kFloat64);
  return {{"descent", run(gradient_descent(valley_gradient, start, 1e-3, 3000))},
          {"heavy_ball", run(heavy_ball(valley_gradient, start, {1e-3, 0.9}, 3000))},
          {"adam", run(adam(valley_gradient, start, {0.02, 0.9, 0.999, 1e-8, 0.0}, 3000))},
          {"newton", run(newton(valley_gradient, valley_hessian, start, 7))},
          {"bfgs", run(bfgs(valley, valley_gradient, start, {1e-9, 200}))}};
}

/// Variance of SGD with batches of 2 about the minimum of 20 parabolas, relative to that of a single point,
/// against the step.
Json noise(std::uint64_t seed) {
  const auto centres = torch::randn({20, 24}, make_generator(seed, "centres"), torch::kFloat64);
  const auto mean = centres.mean(0);
  const auto gradient = [&](const Tensor& x, const Tensor& batch) {
    return x - centres.index({batch}).mean(0);
  };
  const auto H = torch::ones({1, 1}, torch::kFloat64);
  std::vector<double> steps, replaced, shuffled, theory;
  for (double step = 0.02; step < 1.9; step *= 1.5) {
    const auto variance = [&](bool replacement) {
      const auto path =
          sgd(gradient, mean, {20, 2, step, 100, replacement, static_cast<int64_t>(seed >> 32)});
      const auto late = (path.slice(0, path.size(0) / 4) - mean).square().mean(0);
      return (late / centres.var(0, /*unbiased=*/false)).mean().item<double>();
    };
    steps.push_back(step);
    replaced.push_back(variance(true));
    shuffled.push_back(variance(false));
    theory.push_back(stationary_covariance(H, H / 2, step).item<double>());
  }
  return {{"step", steps}, {"replaced", replaced}, {"shuffled", shuffled}, {"theory", theory}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  return {{"seed", seed},
          {"quadratic", quadratic()},
          {"rosenbrock", rosenbrock()},
          {"noise", noise(derive_seed(seed, "noise"))}};
}
