#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "assignments/shared/examples.h"
#include "datasets/formats/idx.h"
#include "datasets/sets/cifar10.h"
#include "datasets/sets/ising.h"

/// What classifiers are trained on and judged by: float32 rows, as fcn.h's task 16 says.
namespace fcn::data {

using namespace spinlab::shared;

/// `count` images as shared::drawn gives them, a row each, all in one random order of the pixels: a fully connected
/// network learns as well in any.
inline Examples rows(const Tensor& images, const Tensor& labels, int64_t count, std::uint64_t seed) {
  const auto some = drawn(images, labels, count, seed);
  const auto pixels = some.x.flatten(1);
  const auto order = torch::randperm(pixels.size(1), spinlab::make_generator(seed, "pixels"), torch::kLong);
  return {pixels.index_select(1, order), some.labels};
}

/// 3,000 and 2,000 made of the 10,000 digits in MNIST's smaller file, which is read in a moment.
inline Problem digits(std::uint64_t seed) {
  using namespace spinlab::datasets;
  const DataFolders folders;
  const auto images = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  const auto labels = read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "");
  const auto some = rows(images.unsqueeze(1), labels.to(torch::kLong), 5000, seed);
  return split(some.x, some.labels, 3000, 10);
}

/// 3,000 and 2,000 made of the first 10,000 photographs of CIFAR-10 at half their resolution: 3 × 16 × 16. Unpacking them
/// takes a second.
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  static const auto small = at::avg_pool2d(all.inputs.to(torch::kFloat32), 2).round().to(torch::kByte);
  const auto some = rows(small, all.targets, 5000, seed);
  return split(some.x, some.labels, 3000, 10);
}

/// Ising states on 16 × 16 sites, ordered (1) below the critical temperature of 2.27 and disordered (0)
/// above it: 2,400 and 600.
inline Problem spins(std::uint64_t seed) {
  const spinlab::datasets::IsingSetOptions options{
      .side = 16, .temperatures = {1.2, 1.6, 1.9, 2.7, 3.1, 3.5}, .samples = 500, .sweeps = 3};
  const auto all = spinlab::datasets::make_ising(options, seed);
  const auto order = torch::randperm(all.inputs.size(0), spinlab::make_generator(seed, "examples"), torch::kLong);
  const auto states = all.inputs.flatten(1).to(torch::kFloat32);
  return split(states.index_select(0, order), all.targets.index_select(0, order), 2400, 2);
}

}  // namespace fcn::data
