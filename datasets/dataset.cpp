#include "datasets/dataset.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "datasets/sets/california_housing.h"
#include "datasets/files/catalog.h"
#include "datasets/sets/cifar10.h"
#include "datasets/files/integrity.h"
#include "datasets/sets/iris.h"
#include "datasets/sets/ising.h"
#include "datasets/sets/ising_public.h"
#include "datasets/sets/mnist.h"
#include "datasets/sets/nist.h"
#include "datasets/sets/synthetic.h"
#include "datasets/sets/tinyshakespeare.h"

namespace spinlab::datasets {
namespace {

using Loader = Dataset (*)(const Config& options, const DataFolders& folders, std::uint64_t seed);

struct Entry {
  const char* name;
  Loader load;
  const char* summary = "";  // of what is made on the spot; of the others the catalog has the title
};

constexpr Entry kLoaders[] = {
    {"mnist", load_mnist},
    {"cifar10", load_cifar10},
    {"ising", load_ising, "Ising configurations around the critical temperature, sampled from a seed"},
    {"ising-public", load_ising_public},
    {"california-housing", load_california_housing},
    {"iris", load_iris},
    {"nist", load_nist},
    {"tinyshakespeare", load_tinyshakespeare},
    {"sinusoid", load_sinusoid, "a noisy sinusoid on [0, 1), made from a seed"},
    {"polynomial", load_polynomial, "a noisy polynomial on [-1, 1), made from a seed"},
    {"linear", load_linear, "a linear regression of a given condition number, made from a seed"},
};

const Entry& entry_of(const std::string& name) {
  for (const auto& entry : kLoaders) {
    if (name == entry.name) return entry;
  }
  TORCH_CHECK_VALUE(false, "there is no data set \"", name, "\"", did_you_mean(name, dataset_names()));
}

void keep_first(Split& split, int64_t count) {
  const auto n = std::min(count, split.size());
  split.inputs = split.inputs.narrow(0, 0, n);
  if (split.targets.defined()) split.targets = split.targets.narrow(0, 0, n);
  if (split.temperatures.defined()) split.temperatures = split.temperatures.narrow(0, 0, n);
}

int64_t limit(const Config& options, const std::string& key) {
  constexpr auto kAll = std::numeric_limits<int64_t>::max();
  return options.has(key) ? options.integer(key, 1, kAll) : kAll;
}

}  // namespace

Dataset load_dataset(const Json& options, const DataFolders& folders, std::uint64_t seed) {
  const Config config(options, "data set");
  const auto name = config.get<std::string>("name");
  const auto load = entry_of(name).load;
  if (const auto catalog = Catalog::standard(); const auto* entry = catalog.find(name))
    require_intact(*entry, folders);
  const auto train = limit(config, "max_train"), test = limit(config, "max_test");
  auto set = load(config, folders, seed);
  keep_first(set.train, train);
  keep_first(set.test, test);
  return set;
}

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const auto& entry : kLoaders) names.emplace_back(entry.name);
  return names;
}

std::string dataset_summary(const std::string& name) {
  const auto catalog = Catalog::standard();
  const auto* source = catalog.find(name);
  return source == nullptr ? entry_of(name).summary : source->title;
}

}  // namespace spinlab::datasets
