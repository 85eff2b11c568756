#include "datasets/sets/svm_examples.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/libsvm.h"
#include "datasets/labels.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kHeartRows = 270, kHeartFeatures = 13, kGuideTrain = 3089, kGuideTest = 4000,
                  kGuideFeatures = 4;

Split read_rows(const std::filesystem::path& file, int64_t rows, int64_t features, const std::string& name) {
  const auto read = read_libsvm(file, {.features = features});
  TORCH_CHECK_VALUE(read.labels.size(0) == rows, file.string(), ": ", read.labels.size(0), " rows, ", rows,
                    " are expected; ", fetch_again(name));
  return {read.features, read.labels, {}};
}

void finish(Dataset& set) {
  for (int64_t i = 1; i <= set.train.inputs.size(1); ++i) set.features.push_back(std::to_string(i));
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
}

}  // namespace

Dataset load_heart_scale(const Config& options, const DataFolders& folders, std::uint64_t seed) {
  const auto test_fraction = options.number("test_fraction", 0, 1);
  options.expect_no_other_keys();
  Dataset set;
  set.name = "heart-scale";
  Parts all{
      read_rows(folders.find("svm/heart_scale", set.name), kHeartRows, kHeartFeatures, set.name), {}, {}};
  set.classes = number_classes(all, set.name);
  shuffle_split(all.train, test_fraction, seed, set);
  finish(set);
  return set;
}

Dataset load_svmguide1(const Config& options, const DataFolders& folders) {
  options.expect_no_other_keys();
  Dataset set;
  set.name = "svmguide1";
  Parts parts{read_rows(folders.find("svm/svmguide1", set.name), kGuideTrain, kGuideFeatures, set.name),
              read_rows(folders.find("svm/svmguide1.t", set.name), kGuideTest, kGuideFeatures, set.name),
              {}};
  set.classes = number_classes(parts, set.name);
  put_parts(std::move(parts), set);
  set.how_split = "the files' own: 3,089 to train, 4,000 to test";
  finish(set);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered[] = {
    Registered<DatasetEntry>{{.name = "heart-scale",
                              .summary = "heart disease by 13 scaled features",
                              .defaults = {{"test_fraction", 0.2}},
                              .load = load_heart_scale}},
    Registered<DatasetEntry>{{.name = "svmguide1",
                              .summary = "events of an astroparticle experiment by 4 features",
                              .load = load_svmguide1}}};

}  // namespace
}  // namespace spinlab::datasets
