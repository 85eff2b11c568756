// The experiment of the handout, section 17: the student's functions, with the theory to compare with.
// figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <filesystem>

#include "assignments/shared/json.h"
#include "calls.h"
#include "datasets/files/data_folders.h"
#include "datasets/sets/blobs.h"
#include "datasets/sets/circles.h"
#include "datasets/sets/ising.h"
#include "datasets/sets/ising_public.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using torch::Tensor;

Tensor zeros(at::IntArrayRef shape) { return torch::zeros(shape, torch::kFloat64); }

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// Mean and standard error of each row.
Json with_errors(const Tensor& runs) {
  return {{"mean", numbers_of(runs.mean(1))}, {"error", numbers_of(runs.std(1) / std::sqrt(runs.size(1)))}};
}

Tensor scores(const Tensor& X, const Tensor& w) { return X.matmul(w.slice(0, 0, X.size(1))) + w[X.size(1)]; }

/// Two Gaussians of width 1 in `dimensions`, a distance `delta` apart.
datasets::BlobsOptions two_blobs(double delta, int64_t dimensions) {
  return {.classes = 2, .dimensions = dimensions, .separation = delta};
}

/// What a plane gets wrong of these two, exactly: its score is normal in each class.
double error_of(const Tensor& w, const datasets::BlobsOptions& blobs) {
  const auto at = scores(datasets::blobs_means(blobs), w) / w.slice(0, 0, blobs.dimensions).norm();
  return (normal_cdf(at[0].item<double>()) + normal_cdf(-at[1].item<double>())) / 2;
}

/// The plane by estimated means and a pooled covariance.
Tensor estimated_rule(const datasets::Split& data) {
  const auto ones = data.inputs.index({data.targets == 1}), noughts = data.inputs.index({data.targets == 0});
  const auto a = noughts - noughts.mean(0), b = ones - ones.mean(0);
  const auto covariance = (a.t().matmul(a) + b.t().matmul(b)) / data.size();
  return gaussian_log_odds(noughts.mean(0), ones.mean(0), covariance, 0.5);
}

/// Errors of planes learnt from 100 points in 5 dimensions, against Δ.
Json planes(std::uint64_t seed) {
  constexpr int kRuns = 16;
  const auto deltas = torch::linspace(0.5, 4, 8, torch::kFloat64);
  auto by_odds = zeros({8, kRuns}), by_mistakes = zeros({8, kRuns}), by_means = zeros({8, kRuns});
  for (int64_t i = 0; i < 8; ++i) {
    const auto blobs = two_blobs(deltas[i].item<double>(), 5);
    for (int run = 0; run < kRuns; ++run) {
      const auto data = datasets::draw(datasets::blobs(blobs), 100, derive_seed(seed, "plane", run), "train");
      by_odds[i][run] = error_of(fit_logistic(data.inputs, data.targets, 1e-3, 1e-8), blobs);
      by_mistakes[i][run] = error_of(perceptron(data.inputs, data.targets, 30).weights, blobs);
      by_means[i][run] = error_of(estimated_rule(data), blobs);
    }
  }
  return {{"delta", numbers_of(deltas)},
          {"logistic", with_errors(by_odds)},
          {"perceptron", with_errors(by_mistakes)},
          {"means", with_errors(by_means)}};
}

/// 40 points in the plane with margins from γ to 3γ from a line through the origin: the mistakes of the
/// perceptron in 20 orders, and Novikoff's bound.
Json novikoff(std::uint64_t seed) {
  auto generator = make_generator(seed, "margins");
  const auto across = 0.5 * torch::randn({40}, generator, torch::kFloat64);
  const auto beyond = torch::rand({40}, generator, torch::kFloat64);
  const auto y = torch::arange(40) % 2;
  const auto gammas = torch::logspace(-2, -0.3, 9, 10.0, torch::kFloat64);
  auto mistakes = zeros({9, 20});
  std::vector<double> bounds;
  for (int64_t i = 0; i < 9; ++i) {
    auto along = gammas[i] * (1 + 2 * beyond);
    along.slice(0, 0, 2) = gammas[i];
    const auto X = torch::stack({(2 * y - 1) * along, across}, 1);
    bounds.push_back(((X.square().sum(1).max() + 1) / gammas[i].square()).item<double>());
    for (int run = 0; run < 20; ++run) {
      const auto order = torch::randperm(40, generator, torch::kLong);
      mistakes[i][run] = perceptron(X.index_select(0, order), y.index_select(0, order), 3000).mistakes;
    }
  }
  return {{"gamma", numbers_of(gammas)}, {"bound", bounds}, {"mistakes", rows(mistakes)}};
}

/// Descent on separable points, at the step 1/L: two at ±γu, the others farther out, so that the hard margin
/// has the normal u. Its length and direction at times that grow by a constant factor.
Json separable(std::uint64_t seed) {
  constexpr double kGamma = 0.6;
  constexpr int64_t kSteps = 20'000;
  auto generator = make_generator(seed, "separable");
  const auto y = torch::arange(24) % 2;
  auto along = kGamma + 0.2 + torch::rand({24}, generator, torch::kFloat64);
  auto across =
      torch::randn({24}, generator, torch::kFloat64) + 0.7 * (2 * y - 1);  // so that the means mislead
  along.slice(0, 0, 2) = kGamma;
  across.slice(0, 0, 2) = 0;
  const auto X = torch::stack({(2 * y - 1) * along, across}, 1);
  const double step =
      2 / softmax_curvature(X, 0.0);  // the logistic loss bends half as much as Böhning's bound says
  auto w = zeros({3});
  std::vector<double> times, lengths, angles;
  double next = 1;
  for (int64_t t = 1; t <= kSteps; ++t) {
    w = w - step * logistic_gradient(X, y, w, 0.0);
    if (t < next && t < kSteps) continue;
    next = t * 1.25;
    times.push_back(step * t);
    lengths.push_back(w.norm().item<double>());
    angles.push_back(std::acos(w[0].item<double>() / lengths.back()) * 180 / std::acos(-1.0));
  }
  return {{"gamma", kGamma}, {"points", 24}, {"time", times}, {"length", lengths}, {"angle", angles}};
}

/// P(1 | score of this plane), from the exact distribution of the score, where the plane says `said`.
Tensor true_probability(const Tensor& said, const Tensor& w, const datasets::BlobsOptions& blobs) {
  const auto mean = scores(datasets::blobs_means(blobs), w);
  const auto score = (said / (1 - said)).log();
  return torch::sigmoid((mean[1] - mean[0]) * (score - mean.mean()) /
                        w.slice(0, 0, blobs.dimensions).square().sum());
}

/// One plane learnt from 60 points in 10 dimensions nearly without, one with a penalty: what they say, and
/// what comes.
Json calibrations(std::uint64_t seed) {
  const auto blobs = two_blobs(2, 10);
  const auto train = datasets::draw(datasets::blobs(blobs), 60, seed, "train");
  const auto test = datasets::draw(datasets::blobs(blobs), 20'000, seed, "test");
  const auto said = torch::linspace(0.005, 0.995, 100, torch::kFloat64);
  auto all = Json::array();
  for (const double lambda : {1e-3, 0.1}) {
    const auto w = fit_logistic(train.inputs, train.targets, lambda, 1e-8);
    const auto found = calibration(probability(scores(test.inputs, w)), test.targets, 10);
    all.push_back({{"lambda", lambda},
                   {"counts", numbers_of(found.counts)},
                   {"mean", numbers_of(found.mean_probability)},
                   {"fraction", numbers_of(found.fraction)},
                   {"error", found.error},
                   {"said", numbers_of(said)},
                   {"theory", numbers_of(true_probability(said, w, blobs))}});
  }
  return all;
}

/// The curves of 300 scores of two Gaussians.
Json curves(std::uint64_t seed) {
  auto all = Json::array();
  for (const double delta : {0.5, 1.0, 2.0}) {
    const auto own = derive_seed(seed, "roc", all.size());
    const auto data = datasets::draw(datasets::blobs(two_blobs(delta, 1)), 300, own, "roc");
    const auto found = roc(data.inputs.squeeze(1), data.targets);
    all.push_back({{"delta", delta},
                   {"x", numbers_of(found.false_positive_rate)},
                   {"y", numbers_of(found.true_positive_rate)},
                   {"area", found.area},
                   {"theory", normal_cdf(delta / std::sqrt(2.0))}});
  }
  return all;
}

/// Errors of k-NN on two circles, learnt from 600 points, against k; the Bayes error, and what the nearest
/// neighbour tends to: the mean of 2p(1 − p).
Json neighbours(std::uint64_t seed) {
  constexpr int kRuns = 6;
  const datasets::CirclesOptions options;
  const auto circles = datasets::circles(options);
  const std::vector<int64_t> ks{1, 3, 5, 9, 15, 25, 45, 75, 125, 225, 375, 599};
  auto errors = zeros({static_cast<int64_t>(ks.size()), kRuns});
  for (int run = 0; run < kRuns; ++run) {
    const auto train = datasets::draw(circles, 600, derive_seed(seed, "circles", run), "train");
    const auto test = datasets::draw(circles, 1500, derive_seed(seed, "circles", run), "test");
    for (size_t i = 0; i < ks.size(); ++i) {
      const auto C = confusion_matrix(test.targets,
                                      nearest_neighbours(train.inputs, train.targets, test.inputs, ks[i]), 2);
      errors[static_cast<int64_t>(i)][run] = 1 - C.trace().item<double>() / 1500;
    }
  }
  const auto many = datasets::draw(circles, 100'000, derive_seed(seed, "many"), "many");
  const auto p = datasets::circles_posterior(many.inputs, options).select(1, 1);
  return {{"k", ks},
          {"errors", with_errors(errors)},
          {"bayes", torch::minimum(p, 1 - p).mean().item<double>()},
          {"nearest", (2 * p * (1 - p)).mean().item<double>()}};
}

Tensor as_features(const Tensor& spins) { return spins.flatten(1).to(torch::kFloat64); }

double accuracy(const Tensor& X, const Tensor& y, const Tensor& w) {
  return ((scores(X, w) > 0) == (y == 1)).to(torch::kFloat64).mean().item<double>();
}

/// Spins on 16 × 16 sites, learnt away from the critical temperature: accuracy of 400 states at each
/// temperature, by the spins themselves and by two features.
Json phases(std::uint64_t seed) {
  const auto states = [&](const std::vector<double>& temperatures, int64_t samples, const char* part) {
    const datasets::IsingSetOptions options{
        .side = 16, .temperatures = temperatures, .samples = samples, .sweeps = 3};
    auto made = datasets::make_ising(options, derive_seed(seed, part));
    made.inputs = made.inputs.squeeze(1);
    return made;
  };
  const auto train = states({1.2, 1.5, 1.8, 2.8, 3.2, 3.6}, 250, "train");
  const auto raw = fit_logistic(as_features(train.inputs), train.targets, 1e-2, 1e-7);
  const auto two = fit_logistic(ising_features(train.inputs), train.targets, 1e-4, 1e-8);
  const auto temperatures = torch::linspace(1.2, 3.6, 25, torch::kFloat64);
  const auto test = states(numbers_of(temperatures), 400, "test");
  std::vector<double> by_spins, by_two;
  for (int64_t i = 0; i < 25; ++i) {
    const auto spins = test.inputs.slice(0, 400 * i, 400 * (i + 1)).contiguous();
    const auto y = test.targets.slice(0, 400 * i, 400 * (i + 1));
    by_spins.push_back(accuracy(as_features(spins), y, raw));
    by_two.push_back(accuracy(ising_features(spins), y, two));
  }
  return {{"temperature", numbers_of(temperatures)}, {"samples", 400}, {"spins", by_spins}, {"two", by_two}};
}

/// The public set, as its authors split it: accuracy against the number of states that were learnt, by their
/// spins, and by two features.
Json published(const std::filesystem::path& configurations, const std::filesystem::path& labels,
               std::uint64_t seed) {
  const auto all = datasets::read_ising_public(configurations, labels);
  const auto far = torch::cat({torch::arange(70'000), torch::arange(100'000, 160'000)});
  const auto order =
      far.index_select(0, torch::randperm(130'000, make_generator(seed, "public"), torch::kLong));
  const auto part = [&](const Tensor& rows) {
    return datasets::Split{datasets::unpack_spins(all.packed.index_select(0, rows), 40).squeeze(1),
                           all.labels.index_select(0, rows),
                           {}};
  };
  const auto train = part(order.slice(0, 0, 1200)), test = part(order.slice(0, 65'000, 66'500));
  const auto critical = part(torch::arange(70'000, 100'000, 20));
  const std::vector<int64_t> sizes{75, 150, 300, 600, 1200};
  const auto measured = [&](const auto& features, double lambda) {
    const auto X = features(train.inputs), far_away = features(test.inputs), near = features(critical.inputs);
    std::vector<double> of_train, of_test, of_critical;
    for (const auto n : sizes) {
      const auto w = fit_logistic(X.slice(0, 0, n), train.targets.slice(0, 0, n), lambda, 1e-6);
      of_train.push_back(accuracy(X.slice(0, 0, n), train.targets.slice(0, 0, n), w));
      of_test.push_back(accuracy(far_away, test.targets, w));
      of_critical.push_back(accuracy(near, critical.targets, w));
    }
    return Json{{"train", of_train}, {"test", of_test}, {"critical", of_critical}};
  };
  return {{"sizes", sizes},
          {"spins", measured(as_features, 1e-2)},
          {"two", measured([](const Tensor& spins) { return ising_features(spins); }, 1e-4)}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Json result{{"seed", seed},
              {"planes", planes(derive_seed(seed, "planes"))},
              {"novikoff", novikoff(derive_seed(seed, "novikoff"))},
              {"separable", separable(derive_seed(seed, "separable"))},
              {"calibration", calibrations(derive_seed(seed, "calibration"))},
              {"roc", curves(derive_seed(seed, "roc"))},
              {"neighbours", neighbours(derive_seed(seed, "neighbours"))},
              {"phases", phases(derive_seed(seed, "phases"))}};
  const datasets::DataFolders folders;
  const std::string stem = "ising/Ising2DFM_reSample_L40_T=All";
  const auto configurations = folders.look_up(stem + ".pkl"), labels = folders.look_up(stem + "_labels.pkl");
  if (configurations && labels)
    result["published"] = published(*configurations, *labels, derive_seed(seed, "published"));
  return result;
}
