#include "datasets/sets/mnist.h"

#include <ATen/ATen.h>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/idx.h"
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

}  // namespace

Dataset load_mnist(const Config& options, const DataFolders& folders) {
  options.expect_no_other_keys();
  Dataset set;
  set.name = "mnist";
  set.train = read_split(folders, "train");
  set.test = read_split(folders, "t10k");
  set.how_split = "the files' own: 60,000 to train, 10,000 to test";
  for (int64_t digit = 0; digit < kDigits; ++digit) set.classes.push_back(std::to_string(digit));
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "mnist", .summary = "handwritten digits, 28 × 28", .load = load_mnist}};

}  // namespace
}  // namespace spinlab::datasets
