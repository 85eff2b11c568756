// The experiment of the handout, section 16: the student's optimizers on a quadratic, in Rosenbrock's valley
// and under noise, with the theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "least_squares_fits.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using optimization::Field;
using optimization::Fits;
using optimization::variance_after_an_epoch;
using torch::Tensor;

std::vector<double> errors(const Tensor& path, const Tensor& minimum) {
  const auto distance = torch::linalg_vector_norm(path - minimum, 2, 1);
  return numbers_of(distance / distance[0]);
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
  return {{"first", numbers_of(path.select(1, 0))},
          {"second", numbers_of(path.select(1, 1))},
          {"values", values}};
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

/// The noise of the gradient at the minimum, and that of batches of some sizes relative to it: the variance
/// with replacement and without, and the correlation of two that follow each other in an epoch. Each
/// direction counts alike.
Json noise_of_batches(const Fits& fits, std::int64_t seed) {
  const auto all = fits.gradients_of_points(fits.minimum());  // the mean of each is 0
  const auto of_a_point = all.square().mean(0);
  std::vector<double> sizes, replaced, shuffled, correlations;
  for (const int64_t batch : {1, 2, 5, 10, 20, 50}) {
    std::vector<Tensor> noise;
    const auto gradient = [&](const Tensor&, const Tensor& indices) {
      noise.push_back(all.index_select(0, indices).mean(0) / of_a_point.sqrt());
      return torch::zeros_like(of_a_point);
    };
    const auto measured = [&](bool replacement) {
      noise.clear();
      sgd(gradient, torch::zeros_like(of_a_point), {fits.points, batch, 1.0, 4 * batch, replacement, seed});
      return torch::stack(noise).view({4 * batch, fits.points / batch, -1});  // (epoch, batch, direction)
    };
    sizes.push_back(static_cast<double>(batch));
    replaced.push_back(measured(true).square().mean().item<double>());
    const auto cut = measured(false);
    shuffled.push_back(cut.square().mean().item<double>());
    const auto neighbours = (cut.slice(1, 1) * cut.slice(1, 0, -1)).mean().item<double>();
    correlations.push_back(neighbours / shuffled.back());
  }
  return {{"points", fits.points},
          {"batch", sizes},
          {"replaced", replaced},
          {"shuffled", shuffled},
          {"correlation", correlations}};
}

/// Mean over the fits and its standard error, for each direction.
Json with_error(const Tensor& of_fits) {
  return {{"mean", numbers_of(of_fits.mean(0))},
          {"error", numbers_of(of_fits.std(0, /*unbiased=*/true) / std::sqrt(of_fits.size(0)))}};
}

/// Directions from flat to steep: the noise of a point against σ²λ, and the stationary variance at the ends
/// of epochs in units of ησ²/(2B), with the student's theory for independent noise and section 8's for
/// shuffled. "frozen": with the noise that the batches have at the minimum and the Hessian of all points, as
/// the theory has it.
Json noise_and_curvature(const Fits& fits, std::int64_t seed) {
  const double step = 0.1;
  const int64_t batch = 10, epochs = 600, batches = fits.points / batch;
  const auto minimum = fits.minimum();
  const auto residual = fits.mean_square_residual(minimum);  // (fits, 1)
  const auto unit = step * residual / (2.0 * batch);
  const auto at_minimum = fits.gradients_of_points(minimum);
  const auto steepness = fits.curvatures.repeat(fits.number);
  const auto fitted = [&](const Tensor& x, const Tensor& indices) { return fits.gradient(x, indices); };
  const auto frozen = [&](const Tensor& x, const Tensor& indices) {
    return steepness * (x - minimum) + at_minimum.index_select(0, indices).mean(0);
  };
  const auto variance = [&](const optimization::BatchGradient& gradient, bool replacement) {
    const auto path = sgd(gradient, minimum, {fits.points, batch, step, epochs, replacement, seed});
    const auto ends = path.slice(0, epochs / 4 * batches, path.size(0), batches) - minimum;
    return with_error(ends.square().mean(0).view({fits.number, -1}) / unit);
  };
  const auto noise = at_minimum.square().mean(0).view({fits.number, -1}) / residual;
  const auto sigma = torch::diag(fits.curvatures) / batch;
  const auto independent = stationary_covariance(torch::diag(fits.curvatures), sigma, step).diagonal();
  std::vector<double> shuffled;
  for (int64_t j = 0; j < fits.curvatures.size(0); ++j) {
    const double curvature = fits.curvatures[j].item<double>();
    shuffled.push_back(variance_after_an_epoch(curvature, curvature / batch, step, fits.points, batch));
  }
  const double one = step / (2.0 * batch);
  return {{"curvature", numbers_of(fits.curvatures)},
          {"noise", with_error(noise)},
          {"replaced", variance(fitted, true)},
          {"shuffled", variance(fitted, false)},
          {"frozen", variance(frozen, false)},
          {"theory_replaced", numbers_of(independent / one)},
          {"theory_shuffled", numbers_of(torch::tensor(shuffled, torch::kFloat64) / one)}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  const Fits fits(derive_seed(seed, "fits"));
  const auto batches = static_cast<std::int64_t>(derive_seed(seed, "batches") >> 1);
  return {{"seed", seed},
          {"quadratic", quadratic()},
          {"rosenbrock", rosenbrock()},
          {"noise", noise(derive_seed(seed, "noise"))},
          {"batches", noise_of_batches(fits, batches)},
          {"curvature", noise_and_curvature(fits, batches)}};
}
