#include "datasets/sets/mnist.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/idx.h"
#include "datasets/labels.h"
#include "datasets/registry.h"
#include "datasets/statistics.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxRows = 1'000'000;
constexpr int64_t kDigits = 10;

Split read_split(const DataFolders& folders, const std::string& part) {
  const auto images = folders.find("mnist/" + part + "-images-idx3-ubyte", "mnist");
  const auto labels = folders.find("mnist/" + part + "-labels-idx1-ubyte", "mnist");
  const auto remedy = fetch_again("mnist");
  const auto x = read_idx(images, 3, kMaxRows, remedy);
  const auto y = read_idx(labels, 1, kMaxRows, remedy);
  TORCH_CHECK_VALUE(x.size(0) == y.size(0), images.string(), ": ", x.size(0), " images, but ",
                    labels.string(), " has ", y.size(0), " labels; ", remedy);
  const auto largest = y.max().item<int64_t>();
  TORCH_CHECK_VALUE(largest < kDigits, labels.string(), ": a label is ", largest, ", 0 to 9 are expected; ",
                    remedy);
  return {x.unsqueeze(1), y.to(at::kLong), {}};
}

/// Of the option "digits"; all where it is null.
std::vector<int64_t> chosen_digits(const Config& options) {
  std::vector<int64_t> chosen(kDigits);
  std::iota(chosen.begin(), chosen.end(), 0);
  if (!options.has("digits")) return chosen;
  chosen = options.integers("digits", 0, kDigits - 1);
  auto sorted = chosen;
  std::ranges::sort(sorted);
  TORCH_CHECK_VALUE(sorted.size() >= 2 && std::ranges::adjacent_find(sorted) == sorted.end(), options.where(),
                    ": digits must name two to ten different ones, got ", Json(chosen).dump());
  return chosen;
}

}  // namespace

Dataset load_mnist(const Config& options, const DataFolders& folders) {
  const auto chosen = chosen_digits(options);
  options.expect_no_other_keys();
  Dataset set;
  set.name = "mnist";
  set.train = read_split(folders, "train");
  set.test = read_split(folders, "t10k");
  if (std::ssize(chosen) < kDigits || !std::ranges::is_sorted(chosen)) {  // else a copy of all for nothing
    set.train = only_classes(set.train, chosen);
    set.test = only_classes(set.test, chosen);
  }
  set.how_split = c10::str("the files' own: ", set.train.size(), " to train, ", set.test.size(), " to test");
  for (const auto digit : chosen) set.classes.push_back(std::to_string(digit));
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "mnist",
                                            .summary = "handwritten digits, 28 × 28",
                                            .defaults = {{"digits", nullptr}},
                                            .load = load_mnist}};

}  // namespace
}  // namespace spinlab::datasets
