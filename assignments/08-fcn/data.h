#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "datasets/sets/cifar10.h"
#include "datasets/sets/ising.h"
#include "datasets/sets/mnist.h"
#include "src/core/seed.h"

/// What classifiers are trained on and judged by: float32 rows, as fcn.h's task 16 says.
namespace fcn::data {

using torch::Tensor;

struct Examples {
  Tensor x, labels;
};

struct Problem {
  Examples train, test;
  int64_t classes;
};

/// Rows in a random order: the first `training` are for training, the next `testing` for the test.
inline Problem drawn(const Tensor& x, const Tensor& labels, int64_t training, int64_t testing,
                     int64_t classes, std::uint64_t seed) {
  const auto order = torch::randperm(x.size(0), spinlab::make_generator(seed, "examples"), torch::kLong);
  const auto rows = [&](const Tensor& chosen) {
    return Examples{x.index_select(0, chosen).flatten(1).to(torch::kFloat32), labels.index_select(0, chosen)};
  };
  auto problem =
      Problem{rows(order.slice(0, 0, training)), rows(order.slice(0, training, training + testing)), classes};
  if (x.scalar_type() == torch::kUInt8)
    for (auto* part : {&problem.train, &problem.test}) part->x /= 255;
  return problem;
}

/// 5,000 and 2,000 of the 10,000 digits in MNIST's smaller file, which is read in a moment.
inline Problem digits(std::uint64_t seed) {
  using namespace spinlab::datasets;
  const DataFolders folders;
  const auto images = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  const auto labels = read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "");
  return drawn(images, labels.to(torch::kLong), 5000, 2000, 10, seed);
}

/// 5,000 and 2,000 of the first 10,000 photographs of CIFAR-10, which take a second to unpack.
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  return drawn(all.inputs, all.targets, 5000, 2000, 10, seed);
}

/// Ising states on 16 × 16 sites, ordered (1) below the critical temperature of 2.27 and disordered (0)
/// above it: 2,400 and 600.
inline Problem spins(std::uint64_t seed) {
  const spinlab::datasets::IsingSetOptions options{
      .side = 16, .temperatures = {1.2, 1.6, 1.9, 2.7, 3.1, 3.5}, .samples = 500, .sweeps = 3};
  const auto all = spinlab::datasets::make_ising(options, seed);
  return drawn(all.inputs, all.targets, 2400, 600, 2, seed);
}

}  // namespace fcn::data
