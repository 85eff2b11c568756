#include "datasets/sets/gaussian_mixture.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>
#include <tuple>

#include "datasets/registry.h"
#include "datasets/statistics.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSamples = 10'000'000, kMaxComponents = 10'000;

/// (components, 2)
at::Tensor means_of(const RingOfGaussians& options) {
  const auto angle = at::arange(options.components, at::kDouble) *
                     (2 * std::numbers::pi / static_cast<double>(options.components));
  const auto radius = options.components == 1 ? 0.0 : options.radius;
  return radius * at::stack({angle.cos(), angle.sin()}, 1);
}

}  // namespace

Density ring_of_gaussians(const RingOfGaussians& options) {
  const auto means = means_of(options);
  const auto deviation = options.deviation;
  return {[=](int64_t n, at::Generator generator) {
            const auto chosen = at::randint(0, means.size(0), {n}, generator, at::kLong);
            return means.index_select(0, chosen) + deviation * at::randn({n, 2}, generator, at::kDouble);
          },
          [=](const at::Tensor& x) {
            const auto energy = (x.unsqueeze(1) - means).square().sum(2) / (2 * deviation * deviation);
            const auto norm =
                static_cast<double>(means.size(0)) * 2 * std::numbers::pi * deviation * deviation;
            return (-energy).logsumexp(1) - std::log(norm);
          }};
}

Dataset load_gaussian_mixture(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto samples = options.integer("samples", 2, kMaxSamples);
  const RingOfGaussians ring{options.integer("components", 1, kMaxComponents),
                             options.number("radius", 0, 1e6), options.number("deviation", 1e-6, 1e6)};
  options.expect_no_other_keys();
  Dataset set;
  set.name = "gaussian-mixture";
  set.objective = "density";
  set.density = ring_of_gaussians(ring);
  set.train.inputs = set.density->sample(samples, make_generator(seed, "train"));
  set.test.inputs = set.density->sample(samples, make_generator(seed, "test"));
  set.features = {"x", "y"};
  set.how_split = "train and test are drawn independently, by two streams of the seed";
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "gaussian-mixture",
     .summary = "Gaussians on a circle, sampled anew at each step, with their exact density",
     .defaults = {{"samples", 2000}, {"components", 8}, {"radius", 2.0}, {"deviation", 0.2}},
     .load = load_gaussian_mixture}};

}  // namespace
}  // namespace spinlab::datasets
