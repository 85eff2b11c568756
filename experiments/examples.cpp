#include "experiments/examples.h"

#include <ATen/ATen.h>

#include <cmath>

#include "datasets/sets/mnist.h"
#include "src/core/seed.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kClasses = 10, kDimensions = 100, kTrain = 4000, kTest = 2000;
constexpr double kNoise = 0.7;  // of a cluster, per centre's deviation of 1

at::Tensor on_sphere(const at::Tensor& X) {
  return X * (std::sqrt(static_cast<double>(X.size(1))) / X.norm(2, 1, true));
}

ExampleSet mnist(const datasets::DataFolders& data) {
  const auto set = datasets::load_mnist(Config(Json::object(), "mnist"), data);
  const auto flat = [](const datasets::Split& split) { return split.inputs.flatten(1).to(at::kFloat); };
  const auto train = flat(set.train);
  const auto mean = train.mean(0);
  return {{on_sphere(train - mean), set.train.targets}, {on_sphere(flat(set.test) - mean), set.test.targets}};
}

ExampleSet clusters(std::uint64_t seed) {
  const auto generator = make_generator(seed, "clusters");
  const auto centres = at::randn({kClasses, kDimensions}, generator, at::kFloat);
  const auto draw = [&](int64_t n) {
    const auto labels = at::randint(kClasses, {n}, generator, at::kLong);
    const auto noise = at::randn({n, kDimensions}, generator, at::kFloat) * kNoise;
    return Examples{on_sphere(centres.index_select(0, labels) + noise), labels};
  };
  const auto train = draw(kTrain);
  return {train, draw(kTest)};
}

}  // namespace

ExampleSet load_examples(const std::string& name, const datasets::DataFolders& data, std::uint64_t seed) {
  return name == "mnist" ? mnist(data) : clusters(seed);
}

}  // namespace spinlab::experiments
