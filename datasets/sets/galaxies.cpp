#include "datasets/sets/galaxies.h"

#include <ATen/ATen.h>

#include "datasets/formats/labelled_images.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kGalaxies = 1000, kSide = 64;
constexpr int kClasses = 4;

/// The file has a galaxy of each class in turn: the last four of each twenty are for testing.
constexpr int64_t kTurn = 20, kTested = 4;

}  // namespace

LabelledImages read_galaxies(const DataFolders& folders) {
  return read_labelled_images(
      folders.find("galaxy_zoo1/galaxy_zoo1_64x64.bin", "galaxies"),
      {.records = kGalaxies, .side = kSide, .classes = kClasses, .dataset = "galaxies"});
}

at::Tensor without_handedness(const at::Tensor& labels) {
  return at::tensor({0, 1, 1, 2}, at::kLong).index_select(0, labels);
}

Dataset load_galaxies(const Config& options, const DataFolders& folders) {
  const bool handedness = options.get<bool>("handedness");
  options.expect_no_other_keys();
  Dataset set;
  set.name = "galaxies";
  auto read = read_galaxies(folders);
  if (handedness) {
    set.classes = {"elliptical", "clockwise spiral", "anticlockwise spiral", "edge-on"};
    set.mirrored_classes = {0, 2, 1, 3};
  } else {
    set.classes = {"elliptical", "spiral", "edge-on"};
    read.labels = without_handedness(read.labels);
  }
  const auto place = at::arange(kGalaxies).remainder(kTurn);
  const Split all{read.images, read.labels, {}};
  set.train = select(all, place.lt(kTurn - kTested).nonzero().flatten());
  set.test = select(all, place.ge(kTurn - kTested).nonzero().flatten());
  set.how_split = "of each 20 galaxies in the order of their number in the survey the last 4 are for testing";
  set.notes = {
      "each label is an answer of Galaxy Zoo 1; from which share of the votes on, its source does not "
      "state; \"don't know\" and mergers are left out"};
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "galaxies",
                                            .summary = "galaxies by shape and sense of winding, 64 × 64",
                                            .defaults = {{"handedness", true}},
                                            .load = load_galaxies}};

}  // namespace
}  // namespace spinlab::datasets
