// The experiment of the handout, section 19: the student's layers under translations, in depth, under
// rotations and in training, with the theory to compare with. figure.py draws what this returns.
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

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(make_generator(seed, "experiment")) {}
  Tensor normal(at::IntArrayRef shape) { return torch::randn(shape, generator_, torch::kFloat64); }

 private:
  at::Generator generator_;
};

Tensor moved(const Tensor& x, int64_t down, int64_t right) { return x.roll({down, right}, {-2, -1}); }

Tensor no_bias(const Tensor& weight) { return torch::zeros({weight.size(0)}, torch::kFloat64); }

/// How far a layer of the moved image is from the moved layer, for each pixel of 32 × 32.
Json broken_map(Draws& draws) {
  const int64_t radius = 3, down = 5, right = 9;
  const auto x = draws.normal({1, 1, 32, 32}),
             weight = draws.normal({1, 1, 2 * radius + 1, 2 * radius + 1}) / 7;
  const auto layer = [&](const Tensor& image) {
    return correlate(image, weight, no_bias(weight), {1, radius, 1});
  };
  const auto difference = (layer(moved(x, down, right)) - moved(layer(x), down, right)).abs();
  return {{"difference", rows(difference[0][0])},
          {"counted", difference.gt(1e-9).sum().item<int64_t>()},
          {"formula", broken_by_padding(32, 32, radius, down, right)}};
}

/// Broken pixels of 32 × 32 for each move along the rows.
Json broken_counts(Draws& draws) {
  auto all = Json::array();
  const auto x = draws.normal({1, 1, 32, 32});
  for (const int64_t radius : {1, 4, 10}) {
    const auto weight = draws.normal({1, 1, 2 * radius + 1, 2 * radius + 1});
    const auto y = correlate(x, weight, no_bias(weight), {1, radius, 1});
    std::vector<int64_t> counted, formula;
    for (int64_t shift = 0; shift < 32; ++shift) {
      const auto other = correlate(moved(x, 0, shift), weight, no_bias(weight), {1, radius, 1});
      counted.push_back((other - moved(y, 0, shift)).abs().gt(1e-9).sum().item<int64_t>());
      formula.push_back(broken_by_padding(32, 32, radius, 0, shift));
    }
    all.push_back({{"radius", radius}, {"counted", counted}, {"formula", formula}});
  }
  return all;
}

/// Running means of 30 channels of mean 1 and deviation 1, in batches of 16 numbers.
Json running_means(Draws& draws) {
  auto all = Json::array();
  const auto ones = torch::ones({30}, torch::kFloat64), zeros = torch::zeros({30}, torch::kFloat64);
  for (const double momentum : {0.03, 0.1, 0.4}) {
    cnn::Statistics running{zeros, ones};
    std::vector<double> mean, deviation;
    for (int t = 0; t < 60; ++t) {
      running =
          batch_norm(1 + draws.normal({4, 30, 2, 2}), ones, zeros, running, true, momentum, 1e-5).running;
      mean.push_back(running.mean.mean().item<double>());
      deviation.push_back(running.mean.std().item<double>());
    }
    all.push_back({{"momentum", momentum}, {"mean", mean}, {"deviation", deviation}});
  }
  return all;
}

/// Mean squares of gradients, x_0 to x_L, in random stacks: mean and its error over the draws.
Json streams(Draws& draws) {
  const int64_t depth = 30, channels = 6, repeats = 12;
  auto all = Json::array();
  for (const auto& [alpha, residual] : {std::pair{0.8, false},
                                        {1.0, false},
                                        {1.25, false},
                                        {0.1, true},
                                        {branch_variance(depth, std::exp(1.0)), true}}) {
    std::vector<Tensor> runs;
    for (int64_t i = 0; i < repeats; ++i) {
      const auto weights = std::sqrt(alpha / static_cast<double>(9 * channels)) *
                           draws.normal({depth, channels, channels, 3, 3});
      const auto means = stream_gradients(weights, draws.normal({1, channels, 6, 6}), residual);
      runs.push_back(means / means[-1]);
    }
    const auto runs_together = torch::stack(runs);
    all.push_back({{"alpha", alpha},
                   {"residual", residual},
                   {"mean", numbers_of(runs_together.mean(0))},
                   {"error", numbers_of(runs_together.std(0) / std::sqrt(repeats))}});
  }
  return all;
}

/// What an output sees through random layers of 3 × 3: squares of the gradient by the pixels, along the
/// columns, in `draws` stacks, after each depth in `depths`.
Json views(Draws& draws) {
  const int64_t channels = 4, repeats = 16;
  const std::vector<int64_t> depths{1, 2, 4, 8, 12, 20, 32};
  std::vector<std::vector<double>> widths(depths.size());
  std::vector<Tensor> profiles;
  for (int64_t i = 0; i < repeats; ++i) {
    auto gradient = draws.normal({1, channels, 1, 1});
    for (int64_t depth = 1, next = 0; next < static_cast<int64_t>(depths.size()); ++depth) {
      const auto weight = draws.normal({channels, channels, 3, 3}) / std::sqrt(9.0 * channels);
      gradient = input_gradient(weight, gradient, 2 * depth + 1, 2 * depth + 1, {});
      if (depth != depths[next]) continue;
      const auto profile = gradient.square().sum({0, 1, 2}) / gradient.square().sum();
      const auto place = torch::arange(-depth, depth + 1, torch::kFloat64);
      widths[next++].push_back(profile.dot(place.square()).sqrt().item<double>());
      if (depth == 20) profiles.push_back(profile);
    }
  }
  auto measured = Json::array();
  for (std::size_t d = 0; d < depths.size(); ++d) {
    const auto width = torch::tensor(widths[d], torch::kFloat64);
    measured.push_back({{"depth", depths[d]},
                        {"width", width.mean().item<double>()},
                        {"error", (width.std() / std::sqrt(repeats)).item<double>()}});
  }
  const auto together = torch::stack(profiles);
  return {{"widths", measured},
          {"profile", numbers_of(together.mean(0))},
          {"profile_error", numbers_of(together.std(0) / std::sqrt(repeats))}};
}

/// By how much of itself the mean of a feature changes when the image turns: plain filters, and a lifted pair
/// of layers.
Json rotations(Draws& draws) {
  const auto x = draws.normal({1, 1, 16, 16}), weight = draws.normal({8, 1, 5, 5}),
             first = draws.normal({4, 1, 5, 5}), second = draws.normal({4, 4, 4, 3, 3});
  const auto plain = [&](const Tensor& image) {
    return correlate_on_torus(image, weight).relu().mean({0, 2, 3});
  };
  const auto turning = [&](const Tensor& image) {
    return group_correlate(lift(image, first).relu(), second).relu().mean({0, 2, 3, 4});
  };
  const auto changes = [&](const auto& feature) {
    const Tensor before = feature(x);
    const auto change = [&](const Tensor& image) {
      const Tensor after = feature(image.contiguous());
      return ((after - before).norm() / before.norm()).item<double>();
    };
    std::vector<double> all;
    for (int64_t quarters = 1; quarters < 4; ++quarters)
      all.push_back(change(torch::rot90(x, quarters, {2, 3})));
    all.push_back(change(x.flip({3})));
    return all;
  };
  return {{"plain", changes(plain)}, {"p4", changes(turning)}};
}

/// Accuracy on 1,000 patterns of 10 × 10 pixels after training on few and many, and of who knows the four
/// patterns.
Json learning(std::uint64_t seed) {
  auto all = Json::array();
  double known = 0;
  for (const int64_t n : {60, 200, 600}) {
    std::vector<double> reached;
    for (std::uint64_t repeat = 0; repeat < 2; ++repeat) {
      const auto generator = make_generator(seed, "learning", 10 * n + repeat);
      const auto patterns = cnn::data::four_patterns(generator);
      const auto train = cnn::data::with_patterns(patterns, n, 10, generator);
      const auto test = cnn::data::with_patterns(patterns, 1000, 10, generator);
      const auto network = fit_images(train.x, train.labels, 4, static_cast<int64_t>(repeat));
      network.eval();
      const auto right = [&](const Tensor& scores) {
        return scores.argmax(1).eq(test.labels).to(torch::kFloat64).mean().item<double>();
      };
      reached.push_back(right(network.forward(test.x)));
      known += right(at::conv2d(test.x, patterns).amax({2, 3})) / 6;
    }
    all.push_back({{"images", n}, {"accuracies", reached}});
  }
  return {{"runs", all}, {"known", known}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Draws draws(seed);
  return {{"seed", seed},
          {"broken_map", broken_map(draws)},
          {"broken_counts", broken_counts(draws)},
          {"running_means", running_means(draws)},
          {"streams", streams(draws)},
          {"views", views(draws)},
          {"rotations", rotations(draws)},
          {"learning", learning(seed)}};
}
