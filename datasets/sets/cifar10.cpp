#include "datasets/sets/cifar10.h"

#include <ATen/ATen.h>

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"
#include "datasets/statistics.h"
#include "src/core/on_all_cores.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kChannels = 3, kSide = 32, kPixels = kChannels * kSide * kSide;
constexpr int kClasses = 10, kTrainingFiles = 5;

Split empty_split(int64_t n) {
  return {at::empty({n, kChannels, kSide, kSide}, at::kByte), at::empty({n}, at::kLong), {}};
}

// Straight into its place in the whole set: the only copy after unpacking.
void read_batch_into(const fs::path& file, const at::Tensor& images, const at::Tensor& labels) {
  CompressedFile in(file, fetch_again("cifar10"));
  auto* pixels = images.mutable_data_ptr<uint8_t>();
  auto* label = labels.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < labels.size(0); ++i, pixels += kPixels) {
    uint8_t byte = 0;
    in.read(&byte, 1);
    if (byte >= kClasses) {
      in.fail("the label of record " + std::to_string(i) + " is " + std::to_string(byte) +
              ", 0 to 9 are expected");
    }
    label[i] = byte;
    in.read(pixels, kPixels);
  }
  in.expect_end();
}

// The training batches in order, then the test batch.
std::vector<fs::path> batch_files(const DataFolders& folders) {
  std::vector<fs::path> files;
  for (int i = 1; i <= kTrainingFiles; ++i) {
    files.push_back(folders.find("cifar10/data_batch_" + std::to_string(i) + ".bin", "cifar10"));
  }
  files.push_back(folders.find("cifar10/test_batch.bin", "cifar10"));
  return files;
}

}  // namespace

Split read_cifar10_batch(const fs::path& file, int64_t records) {
  auto split = empty_split(records);
  read_batch_into(file, split.inputs, split.targets);
  return split;
}

Dataset load_cifar10(const Config& options, const DataFolders& folders) {
  options.expect_no_other_keys();
  const auto files = batch_files(folders);
  Dataset set;
  set.name = "cifar10";
  set.train = empty_split(kTrainingFiles * kCifar10BatchSize);
  set.test = empty_split(kCifar10BatchSize);
  on_all_cores(kTrainingFiles + 1, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto& split = i < kTrainingFiles ? set.train : set.test;
      const auto first = i % kTrainingFiles * kCifar10BatchSize;
      read_batch_into(files[i], split.inputs.narrow(0, first, kCifar10BatchSize),
                      split.targets.narrow(0, first, kCifar10BatchSize));
    }
  });
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
