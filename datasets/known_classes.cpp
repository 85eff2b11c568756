#include "datasets/known_classes.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/statistics.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

// The posteriors of so many points are in memory at once.
constexpr int64_t kRows = 10'000;

std::vector<std::string> feature_names(int64_t d) {
  if (d == 2) return {"x", "y"};
  std::vector<std::string> names;
  for (int64_t i = 1; i <= d; ++i) names.push_back("x" + std::to_string(i));
  return names;
}

}  // namespace

at::Tensor posterior(const KnownClasses& classes, const at::Tensor& x) {
  return (classes.log_densities(x) + classes.priors.log()).softmax(1);
}

Split draw(const KnownClasses& classes, int64_t samples, std::uint64_t seed, const char* part) {
  auto generator = make_generator(seed, part);
  const auto chosen = at::multinomial(classes.priors, samples, /*replacement=*/true, generator);
  return {classes.sample(chosen, generator), chosen, {}};
}

Dataset known_classes_set(const std::string& name, const KnownClasses& classes, int64_t samples,
                          std::uint64_t seed) {
  Dataset set;
  set.name = name;
  set.train = draw(classes, samples, seed, "train");
  set.test = draw(classes, samples, seed, "test");
  set.posterior = [classes](const at::Tensor& x) { return posterior(classes, x); };
  for (int64_t k = 0; k < classes.priors.size(0); ++k) set.classes.push_back(std::to_string(k));
  set.features = feature_names(set.train.inputs.size(1));
  set.how_split = "train and test are drawn independently, by two streams of the seed";
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

double bayes_accuracy(const Dataset& set, const Split& part) {
  TORCH_CHECK_VALUE(set.posterior, set.name, ": the exact posterior is not known, and so no Bayes rule");
  const auto right = bayes_right(set.posterior, part.inputs, part.targets);
  return static_cast<double>(right) / static_cast<double>(part.size());
}

int64_t bayes_right(const Posterior& posterior, const at::Tensor& inputs, const at::Tensor& targets) {
  int64_t right = 0;
  for (int64_t first = 0; first < inputs.size(0); first += kRows) {
    const auto count = std::min(kRows, inputs.size(0) - first);
    const auto chosen = posterior(inputs.narrow(0, first, count)).argmax(1);
    right += chosen.eq(targets.narrow(0, first, count)).sum().item<int64_t>();
  }
  return right;
}

}  // namespace spinlab::datasets
