#include "datasets/sets/cifar10.h"

#include <ATen/ATen.h>

#include <array>

#include "datasets/formats/labelled_images.h"
#include "datasets/registry.h"
#include "datasets/statistics.h"
#include "src/core/on_all_cores.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kSide = 32;
constexpr int kClasses = 10, kTrainingFiles = 5, kFiles = kTrainingFiles + 1;

// The training batches in order, then the test batch.
std::array<fs::path, kFiles> batch_files(const DataFolders& folders) {
  std::array<fs::path, kFiles> files;
  for (int i = 0; i < kTrainingFiles; ++i)
    files[i] = folders.find("cifar10/data_batch_" + std::to_string(i + 1) + ".bin", "cifar10");
  files[kTrainingFiles] = folders.find("cifar10/test_batch.bin", "cifar10");
  return files;
}

}  // namespace

Split read_cifar10_batch(const fs::path& file, int64_t records) {
  auto read = read_labelled_images(
      file, {.records = records, .side = kSide, .classes = kClasses, .dataset = "cifar10"});
  return {read.images, read.labels, {}};
}

Dataset load_cifar10(const Config& options, const DataFolders& folders) {
  options.expect_no_other_keys();
  const auto files = batch_files(folders);
  std::array<Split, kFiles> batches;
  on_all_cores(kFiles, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) batches[i] = read_cifar10_batch(files[i]);
  });
  Dataset set;
  set.name = "cifar10";
  std::vector<at::Tensor> inputs, targets;
  for (int i = 0; i < kTrainingFiles; ++i) {
    inputs.push_back(batches[i].inputs);
    targets.push_back(batches[i].targets);
  }
  set.train = {at::cat(inputs), at::cat(targets), {}};
  set.test = batches[kTrainingFiles];
  set.how_split = "the files' own: five batches to train, one to test";
  set.classes = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "cifar10", .summary = "colour photographs of ten kinds, 32 × 32", .load = load_cifar10}};

}  // namespace
}  // namespace spinlab::datasets
