// The experiment of the handout, section 18: the student's functions beside what theory says of them.
// figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <string>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "data.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using torch::Tensor;

struct Points {
  Tensor X, y;
};

/// Two clouds about ±shift on the first axis.
Points clouds(int64_t n, double shift, std::uint64_t seed, const std::string& purpose) {
  const auto y = 1 - 2 * (torch::arange(n) % 2).to(torch::kFloat64);
  auto X = torch::randn({n, 2}, make_generator(seed, purpose), torch::kFloat64);
  X.select(1, 0) += shift * y;
  return {X, y};
}

Tensor gaussian(const Tensor& X, const Tensor& Z, double width) {
  const auto r2 = X.square().sum(1).unsqueeze(1) + Z.square().sum(1) - 2 * X.matmul(Z.t());
  return (-r2 / (2 * width * width)).exp();
}

Tensor minus_ones(const Tensor& y) { return -torch::ones_like(y); }

struct Machine {
  Tensor alpha;
  double b;
  int64_t steps;
};

Machine train(const Tensor& K, const Tensor& y, double C, double tolerance = 1e-5) {
  const auto [alpha, steps] = smo(K, y, minus_ones(y), C, tolerance);
  return {alpha, bias(y, alpha, dual_gradient(K, y, minus_ones(y), alpha), C), steps};
}

/// A plane, and a Gaussian machine on a grid.
Json street(std::uint64_t seed) {
  const auto data = clouds(60, 1.6, seed, "street");
  const auto machine = train(data.X.matmul(data.X.t()), data.y, 1);
  const auto w = data.X.t().matmul(data.y * machine.alpha);
  const auto curved = train(gaussian(data.X, data.X, 1), data.y, 3);
  const auto axis = torch::linspace(-4.5, 4.5, 61, torch::kFloat64);
  const auto mesh = torch::meshgrid({axis, axis}, "ij");
  const auto grid = torch::stack({mesh[1].flatten(), mesh[0].flatten()}, 1).contiguous();
  const auto kernel = [](const Tensor& Z, const Tensor& X) { return gaussian(Z, X, 1); };
  return {{"points", rows(data.X)},
          {"signs", numbers_of(data.y)},
          {"alpha", numbers_of(machine.alpha)},
          {"plane", numbers_of(torch::cat({w, torch::tensor({machine.b}, torch::kFloat64)}))},
          {"axis", numbers_of(axis)},
          {"curved_alpha", numbers_of(curved.alpha)},
          {"curved", numbers_of(decision_values(kernel, data.X, data.y * curved.alpha, curved.b, grid))}};
}

/// ½‖w‖² of barrier centres above the optimum by SMO.
Json cooling(std::uint64_t seed) {
  const auto data = clouds(40, 4, seed, "cooling");
  const auto K = data.X.matmul(data.X.t());
  const auto alpha = smo(K, data.y, minus_ones(data.y), std::numeric_limits<double>::infinity(), 1e-10).alpha;
  const double best = -dual_objective(K, data.y, minus_ones(data.y), alpha);
  const auto closest = (data.y * data.X.select(1, 0)).min().item<double>();
  auto plane = torch::tensor({2 / std::max(closest, 0.1), 0.0, 0.0}, torch::kFloat64);
  std::vector<double> t, gap;
  for (double at = 1; at <= 1e6; at *= 10) {
    plane = barrier_centre(data.X, data.y, plane, at);
    t.push_back(at);
    gap.push_back(plane.slice(0, 0, 2).square().sum().item<double>() / 2 - best);
  }
  return {{"t", t}, {"gap", gap}, {"points", 40}};
}

/// Pegasos' objective above its best (the lowest of all runs), with the bound for means of iterates.
Json descent(std::uint64_t seed) {
  const auto data = clouds(100, 1, seed, "descent");
  const double lambda = 0.1;
  const auto loss = [&](const Tensor& w) {
    return (lambda / 2 * w.square().sum() + (1 - data.y * data.X.matmul(w)).clamp_min(0).mean())
        .item<double>();
  };
  std::vector<double> steps, mean, error;
  double best = 1e9;
  std::vector<Tensor> all;
  for (int64_t T = 4; T <= 16'384; T *= 4) {
    std::vector<double> runs;
    for (int run = 0; run < 10; ++run) {
      const auto order =
          torch::randint(100, {T}, make_generator(seed, "order " + std::to_string(run)), torch::kLong);
      runs.push_back(loss(pegasos(data.X, data.y, lambda, order)));
      best = std::min(best, runs.back());
    }
    const auto values = torch::tensor(runs, torch::kFloat64);
    steps.push_back(static_cast<double>(T));
    mean.push_back(values.mean().item<double>());
    error.push_back((values.std() / std::sqrt(10.0)).item<double>());
  }
  const double R2 = data.X.square().sum(1).max().item<double>();
  return {{"steps", steps}, {"mean", mean}, {"error", error}, {"best", best}, {"scale", 2 * R2 / lambda}};
}

/// f along random pairs, and with the best of a budget of steps by two rules; steps against C.
Json sequential(std::uint64_t seed) {
  const auto data = clouds(80, 1, seed, "sequential");
  const auto K = gaussian(data.X, data.X, 1), p = minus_ones(data.y);
  const double best = dual_objective(K, data.y, p, smo(K, data.y, p, 10, 1e-9).alpha);
  const auto first = torch::randint(80, {2000}, make_generator(seed, "first"), torch::kLong);
  const auto second =
      (first + 1 + torch::randint(79, {2000}, make_generator(seed, "second"), torch::kLong)) % 80;
  const auto random = smo_pairs(K, data.y, p, 10, torch::stack({first, second}, 1)).objectives - best;
  const auto rule = [&](bool second_order) {
    std::vector<double> steps, above;
    for (double tolerance = 1; tolerance > 1e-6; tolerance /= 2) {
      const auto solved =
          second_order ? smo_second_order(K, data.y, p, 10, tolerance) : smo(K, data.y, p, 10, tolerance);
      steps.push_back(static_cast<double>(solved.steps));
      above.push_back(dual_objective(K, data.y, p, solved.alpha) - best);
    }
    return Json{{"steps", steps}, {"above", above}};
  };
  std::vector<double> C, one, two;
  for (double at = 0.1; at < 2000; at *= 3) {
    C.push_back(at);
    one.push_back(static_cast<double>(smo(K, data.y, p, at, 1e-3).steps));
    two.push_back(static_cast<double>(smo_second_order(K, data.y, p, at, 1e-3).steps));
  }
  return {{"random", numbers_of(random)},
          {"maximal", rule(false)},
          {"second", rule(true)},
          {"C", C},
          {"steps_one", one},
          {"steps_two", two}};
}

/// Leave-one-out errors and support vectors against the distance of the clouds, with the best possible rule.
Json left_out(std::uint64_t seed) {
  std::vector<double> shift, errors, error_bars, support;
  for (double at = 0.25; at <= 3; at += 0.25) {
    std::vector<double> wrong, vectors;
    for (int run = 0; run < 6; ++run) {
      const auto data = clouds(40, at, seed, "left out " + std::to_string(run));
      const auto K = data.X.matmul(data.X.t());
      wrong.push_back(
          (data.y * leave_one_out_values(K, data.y, 1, 1e-4) <= 0).to(torch::kFloat64).mean().item<double>());
      vectors.push_back((train(K, data.y, 1, 1e-4).alpha > 0).to(torch::kFloat64).mean().item<double>());
    }
    const auto runs = torch::tensor(wrong, torch::kFloat64);
    shift.push_back(at);
    errors.push_back(runs.mean().item<double>());
    error_bars.push_back((runs.std() / std::sqrt(6.0)).item<double>());
    support.push_back(torch::tensor(vectors, torch::kFloat64).mean().item<double>());
  }
  return {{"shift", shift}, {"errors", errors}, {"error", error_bars}, {"support", support}};
}

Json tube(std::uint64_t seed) {
  const auto x = torch::linspace(-3, 3, 50, torch::kFloat64).unsqueeze(1);
  const auto z =
      x.squeeze(1).sin() + 0.15 * torch::randn({50}, make_generator(seed, "tube"), torch::kFloat64);
  const auto fit = fit_regression(gaussian(x, x, 1), z, 5, 0.2, 1e-5);
  const auto at = torch::linspace(-3, 3, 200, torch::kFloat64).unsqueeze(1);
  return {{"x", numbers_of(x)},
          {"z", numbers_of(z)},
          {"beta", numbers_of(fit.coefficients)},
          {"at", numbers_of(at)},
          {"F", numbers_of(gaussian(at, x, 1).matmul(fit.coefficients) + fit.bias)}};
}

Json digits(std::uint64_t seed) {
  const auto all = svm::data::fours_and_nines();
  const auto order = torch::randperm(all.y.size(0), make_generator(seed, "digits"), torch::kLong);
  const auto part = [&](const Tensor& of, int64_t from, int64_t to) {
    return of.index_select(0, order.slice(0, from, to));
  };
  const auto X = part(all.X, 0, 300), Z = part(all.X, 300, 1300), labels = part(all.y, 0, 300),
             answers = part(all.y, 300, 1300);
  std::vector<double> C, errors, bars;
  for (double at = 0.01; at < 200; at *= 4) {
    const double wrong = (classify(X, labels, Z, at, 6) != answers).to(torch::kFloat64).mean().item<double>();
    C.push_back(at), errors.push_back(wrong), bars.push_back(std::sqrt(wrong * (1 - wrong) / 1000));
  }
  return {{"C", C}, {"errors", errors}, {"error", bars}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Json result{{"seed", seed},
              {"street", street(derive_seed(seed, "street"))},
              {"cooling", cooling(derive_seed(seed, "cooling"))},
              {"descent", descent(derive_seed(seed, "descent"))},
              {"sequential", sequential(derive_seed(seed, "sequential"))},
              {"left_out", left_out(derive_seed(seed, "left out"))},
              {"tube", tube(derive_seed(seed, "tube"))}};
  if (datasets::DataFolders().look_up("mnist/t10k-images-idx3-ubyte"))
    result["digits"] = digits(derive_seed(seed, "digits"));
  return result;
}
