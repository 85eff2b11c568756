#include "datasets/sets/circles.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/registry.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSamples = 10'000'000;
constexpr std::size_t kMaxCircles = 1000;
constexpr double kMaxRadius = 1e6, kMinNoise = 1e-3, kMaxNoise = 1e6;

void require(const CirclesOptions& options) {
  const auto& radii = options.radii;
  TORCH_CHECK_VALUE(2 <= radii.size() && radii.size() <= kMaxCircles, "radii: ", radii.size(),
                    " circles; 2 to ", kMaxCircles, " classes are possible, as [1, 2]");
  const bool sound =
      std::all_of(radii.begin(), radii.end(), [](double r) { return 0 <= r && r <= kMaxRadius; });
  TORCH_CHECK_VALUE(sound, "radii must lie in [0, ", kMaxRadius, "]");
  TORCH_CHECK_VALUE(options.noise > 0 && std::isfinite(options.noise), "noise must be above 0, got ",
                    options.noise);
}

at::Tensor log_densities(const at::Tensor& x, const at::Tensor& radii, double noise) {
  const auto variance = noise * noise;
  const auto rho = x.square().sum(1, /*keepdim=*/true).sqrt();
  return -(rho - radii).square() / (2 * variance) + at::special_i0e(rho * radii / variance).log() -
         std::log(2 * std::numbers::pi * variance);
}

}  // namespace

KnownClasses circles(const CirclesOptions& options) {
  require(options);
  const auto radii = at::tensor(options.radii, at::kDouble);
  const auto noise = options.noise;
  return {at::full_like(radii, 1.0 / static_cast<double>(radii.size(0))),
          [=](const at::Tensor& classes, at::Generator generator) {
            const auto angle =
                2 * std::numbers::pi * at::rand(classes.sizes(), generator, at::TensorOptions(at::kDouble));
            const auto circle = at::stack({angle.cos(), angle.sin()}, 1);
            return radii.index_select(0, classes).unsqueeze(1) * circle +
                   noise * at::randn({classes.size(0), 2}, generator, at::kDouble);
          },
          [=](const at::Tensor& x) { return log_densities(x, radii, noise); }};
}

at::Tensor circles_posterior(const at::Tensor& x, const CirclesOptions& options) {
  return posterior(circles(options), x);
}

Dataset load_circles(const Config& options, const DataFolders&, std::uint64_t seed) {
  CirclesOptions made;
  made.samples = options.integer("samples", 2, kMaxSamples);
  made.radii = options.get<std::vector<double>>("radii");
  made.noise = options.number("noise", kMinNoise, kMaxNoise);
  options.expect_no_other_keys();
  return known_classes_set("circles", circles(made), made.samples, seed);
}

namespace {

const CirclesOptions kDefaults;
const Registered<DatasetEntry> kRegistered{
    {.name = "circles",
     .summary = "classes on noisy circles about one centre, from a seed, with their exact posterior",
     .defaults = {{"samples", kDefaults.samples}, {"radii", kDefaults.radii}, {"noise", kDefaults.noise}},
     .load = load_circles}};

}  // namespace
}  // namespace spinlab::datasets
