#include "datasets/sets/blobs.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "datasets/registry.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSamples = 10'000'000, kMaxClasses = 1000, kMaxDimensions = 10'000, kMaxComponents = 100;
constexpr int64_t kMaxMeans = 10'000;
constexpr int64_t kMaxElements = int64_t{1} << 28;
// Points are compared with all means of all classes; so many differences at once.
constexpr int64_t kChunk = int64_t{1} << 22;

at::Tensor priors_of(const BlobsOptions& options) {
  if (options.priors.empty())
    return at::full({options.classes}, 1.0 / static_cast<double>(options.classes), at::kDouble);
  const auto priors = at::tensor(options.priors, at::kDouble);
  TORCH_CHECK_VALUE(priors.size(0) == options.classes, "priors: ", priors.size(0), " shares for ",
                    options.classes, " classes; one for each is needed");
  TORCH_CHECK_VALUE(priors.isfinite().all().item<bool>() && priors.gt(0).all().item<bool>(),
                    "priors must be above 0; leave a class that never comes out of classes");
  return priors / priors.sum();
}

/// (n, means): the sum of the squared differences of each point and each mean.
at::Tensor squared_distances(const at::Tensor& x, const at::Tensor& means) {
  std::vector<at::Tensor> chunks;
  const auto rows = std::max<int64_t>(1, kChunk / means.numel());
  for (const auto& part : x.split(rows)) chunks.push_back((part.unsqueeze(1) - means).square().sum(2));
  return at::cat(chunks);
}

at::Tensor log_densities(const at::Tensor& x, const at::Tensor& means, const BlobsOptions& options) {
  const auto variance = options.noise * options.noise;
  const auto energy = squared_distances(x, means) / (2 * variance);
  const auto norm =
      0.5 * static_cast<double>(options.dimensions) * std::log(2 * std::numbers::pi * variance) +
      std::log(static_cast<double>(options.components));
  return (-energy).view({x.size(0), options.components, options.classes}).logsumexp(1) - norm;
}

void require(const BlobsOptions& options) {
  TORCH_CHECK_VALUE(options.classes >= 2 && options.dimensions >= 1 && options.components >= 1,
                    "blobs need 2 classes, a dimension and a component or more");
  TORCH_CHECK_VALUE(options.classes <= kMaxMeans / options.components, options.classes, " classes of ",
                    options.components, " components are more than ", kMaxMeans, " Gaussians");
  TORCH_CHECK_VALUE(options.noise > 0 && std::isfinite(options.noise), "noise must be above 0, got ",
                    options.noise);
  TORCH_CHECK_VALUE(options.samples <= kMaxElements / options.dimensions, options.samples, " × ",
                    options.dimensions, " inputs do not fit in memory; ask for fewer samples or dimensions");
}

}  // namespace

at::Tensor blobs_means(const BlobsOptions& options) {
  const auto count = options.classes * options.components;
  auto means = at::zeros({count, options.dimensions}, at::kDouble);
  const auto place = at::arange(count, at::kDouble);
  if (options.dimensions == 1) {
    means.select(1, 0).copy_((place - 0.5 * static_cast<double>(count - 1)) * options.separation);
    return means;
  }
  const auto step = 2 * std::numbers::pi / static_cast<double>(count);
  const auto radius = 0.5 * options.separation / std::sin(0.5 * step);
  means.select(1, 0).copy_(radius * (place * step).cos());
  means.select(1, 1).copy_(radius * (place * step).sin());
  return means;
}

KnownClasses blobs(const BlobsOptions& options) {
  require(options);
  const auto means = blobs_means(options);
  return {priors_of(options),
          [=](const at::Tensor& classes, at::Generator generator) {
            const auto component = at::randint(0, options.components, classes.sizes(), generator, at::kLong);
            const auto noise = at::randn({classes.size(0), options.dimensions}, generator, at::kDouble);
            return means.index_select(0, component * options.classes + classes) + options.noise * noise;
          },
          [=](const at::Tensor& x) { return log_densities(x, means, options); }};
}

at::Tensor blobs_posterior(const at::Tensor& x, const BlobsOptions& options) {
  return posterior(blobs(options), x);
}

Dataset load_blobs(const Config& options, const DataFolders&, std::uint64_t seed) {
  BlobsOptions made;
  made.samples = options.integer("samples", 2, kMaxSamples);
  made.classes = options.integer("classes", 2, kMaxClasses);
  made.dimensions = options.integer("dimensions", 1, kMaxDimensions);
  made.components = options.integer("components", 1, kMaxComponents);
  made.separation = options.number("separation", 0, 1e6);
  made.noise = options.number("noise", 1e-6, 1e6);
  made.priors = options.get_or<std::vector<double>>("priors", {});
  TORCH_CHECK_VALUE(!options.has("priors") || !made.priors.empty(), "priors: 0 shares for ", made.classes,
                    " classes; one for each is needed");
  options.expect_no_other_keys();
  return known_classes_set("blobs", blobs(made), made.samples, seed);
}

namespace {

Json defaults() {
  const BlobsOptions made;
  return {{"samples", made.samples},
          {"classes", made.classes},
          {"dimensions", made.dimensions},
          {"components", made.components},
          {"separation", made.separation},
          {"noise", made.noise},
          {"priors", nullptr}};
}

const Registered<DatasetEntry> kRegistered{
    {.name = "blobs",
     .summary = "classes of one or more Gaussians each, from a seed, with their exact posterior",
     .defaults = defaults(),
     .load = load_blobs}};

}  // namespace
}  // namespace spinlab::datasets
