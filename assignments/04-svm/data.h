#pragma once

#include <torch/types.h>

#include "datasets/files/data_folders.h"
#include "datasets/formats/idx.h"
#include "datasets/formats/libsvm.h"
#include "datasets/sets/digits.h"
#include "datasets/sets/iris.h"

/// Patients, particles, flowers and digits.
namespace svm::data {

using torch::Tensor;

struct Examples {
  Tensor X, y;
};

inline Examples libsvm(const char* path, const char* set, int64_t features) {
  const auto rows =
      spinlab::datasets::read_libsvm(spinlab::datasets::DataFolders().find(path, set), {features, false});
  return {rows.features, rows.labels};
}

/// 270 patients, 13 features scaled to [−1, 1], signs.
inline Examples hearts() { return libsvm("svm/heart_scale", "heart-scale", 13); }

/// 3,089 particles to train, 4,000 to test; 4 features as measured; classes 0 and 1.
inline Examples particles(bool test) {
  const auto all = libsvm(test ? "svm/svmguide1.t" : "svm/svmguide1", "svmguide1", 4);
  return {all.X, all.y.to(torch::kLong)};
}

/// 150 flowers, classes 0 to 2.
inline Examples iris() {
  const auto all =
      spinlab::datasets::read_iris(spinlab::datasets::DataFolders().find("tabular/iris.data", "iris"));
  return {all.inputs, all.targets};
}

/// UCI's 1,797 small digits, 64 grey values from 0 to 16.
inline Examples digits() {
  const auto all = spinlab::datasets::read_digits(
      spinlab::datasets::DataFolders().find("digits/digits.csv", "digits"), 1797);
  return {all.inputs.flatten(1).to(torch::kFloat64), all.targets};
}

/// The fours and nines of MNIST's smaller file in the file's order, classes 0 and 1, pixels in [0, 1].
inline Examples fours_and_nines() {
  using namespace spinlab::datasets;
  const DataFolders folders;
  const auto images = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  const auto labels =
      read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "").to(torch::kLong);
  const auto rows = ((labels == 4) | (labels == 9)).nonzero().view(-1);
  return {images.index_select(0, rows).flatten(1).to(torch::kFloat64) / 255,
          (labels.index_select(0, rows) == 9).to(torch::kLong)};
}

}  // namespace svm::data
