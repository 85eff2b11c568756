#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "datasets/files/data_folders.h"
#include "datasets/formats/idx.h"
#include "datasets/sets/iris.h"
#include "datasets/sets/ising.h"
#include "src/core/seed.h"

/// Flowers, digits and spins, as classification.h wants them.
namespace classification::data {

using torch::Tensor;

struct Examples {
  Tensor X, y;
};

/// The 150 flowers: sepal length and width, petal length and width in cm; 0 setosa, 1 versicolor, 2 virginica.
inline Examples iris() {
  const auto all = spinlab::datasets::read_iris(spinlab::datasets::DataFolders().find("tabular/iris.data", "iris"));
  return {all.inputs, all.targets};
}

/// 50 versicolor, 0, and 50 virginica, 1: no plane separates them.
inline Examples versicolor_and_virginica() {
  const auto all = iris();
  return {all.X.slice(0, 50).contiguous(), all.y.slice(0, 50) - 1};
}

/// The first 800 images of MNIST's smaller file, pixels 0 to 255: the file is read in a moment.
inline Examples digits() {
  using namespace spinlab::datasets;
  const DataFolders folders;
  const auto images = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  const auto labels = read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "");
  return {images.slice(0, 0, 800).flatten(1).to(torch::kFloat64), labels.slice(0, 0, 800).to(torch::kLong)};
}

/// Ising states on side × side sites, 1 below the critical temperature of 2.27 J/k and 0 above, in a random
/// order. spins: int8 (n, side, side).
struct States {
  Tensor spins, y;
};

inline States ising(int64_t side, const std::vector<double>& temperatures, int64_t samples, std::uint64_t seed) {
  const spinlab::datasets::IsingSetOptions options{
      .side = side, .temperatures = temperatures, .samples = samples, .sweeps = 3};
  const auto all = spinlab::datasets::make_ising(options, seed);
  const auto order = torch::randperm(all.inputs.size(0), spinlab::make_generator(seed, "order"), torch::kLong);
  return {all.inputs.index_select(0, order).squeeze(1), all.targets.index_select(0, order)};
}

/// A row of ±1 for each state.
inline Tensor as_features(const Tensor& spins) { return spins.flatten(1).to(torch::kFloat64); }

}  // namespace classification::data
