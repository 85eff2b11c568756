#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "datasets/formats/idx.h"
#include "datasets/sets/cifar10.h"
#include "datasets/sets/ising.h"
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

/// The first `training` rows are for training, the next `testing` for the test.
inline Problem split(const Tensor& x, const Tensor& labels, int64_t training, int64_t testing, int64_t classes) {
  const auto rows = [&](int64_t begin, int64_t end) {
    return Examples{x.slice(0, begin, end).flatten(1).to(torch::kFloat32).contiguous(), labels.slice(0, begin, end)};
  };
  return {rows(0, training), rows(training, training + testing), classes};
}

/// Images that no file holds, so that nobody can have looked their classes up: each of these, (n, channels, side, side)
/// in [0, 1], moved by up to half a pixel, with a tenth of another shining through, and all pixels in one random order. A
/// fully connected network learns as well in any order.
inline Tensor never_published(const Tensor& images, std::uint64_t seed) {
  auto generator = spinlab::make_generator(seed, "never published");
  const auto n = images.size(0), side = images.size(3);
  auto moves = torch::eye(2, 3).repeat({n, 1, 1});  // in units of half an image
  moves.select(2, 2).copy_((2 * torch::rand({n, 2}, generator) - 1) / static_cast<double>(side));
  const auto grid = at::affine_grid_generator(moves, images.sizes(), /*align_corners=*/false);
  const auto moved = at::grid_sampler(images, grid, /*bilinear*/ 0, /*border*/ 1, /*align_corners=*/false).flatten(1);
  const auto mixed = 0.9 * moved + 0.1 * moved.index_select(0, torch::randperm(n, generator, torch::kLong));
  return mixed.index_select(1, torch::randperm(mixed.size(1), generator, torch::kLong));
}

/// Of `images`, uint8, and their labels as many as are needed, drawn without replacement.
inline Problem drawn(const Tensor& images, const Tensor& labels, int64_t training, int64_t testing,
                     std::uint64_t seed) {
  const auto order = torch::randperm(images.size(0), spinlab::make_generator(seed, "examples"), torch::kLong)
                         .slice(0, 0, training + testing);
  const auto pixels = images.index_select(0, order).to(torch::kFloat32) / 255;
  return split(never_published(pixels, seed), labels.index_select(0, order), training, testing, 10);
}

/// 3,000 and 2,000 made of the 10,000 digits in MNIST's smaller file, which is read in a moment.
inline Problem digits(std::uint64_t seed) {
  using namespace spinlab::datasets;
  const DataFolders folders;
  const auto images = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  const auto labels = read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "");
  return drawn(images.unsqueeze(1), labels.to(torch::kLong), 3000, 2000, seed);
}

/// 3,000 and 2,000 made of the first 10,000 photographs of CIFAR-10 at half their resolution: 3 × 16 × 16. Unpacking them
/// takes a second.
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  static const auto small = at::avg_pool2d(all.inputs.to(torch::kFloat32), 2).round().to(torch::kByte);
  return drawn(small, all.targets, 3000, 2000, seed);
}

/// Ising states on 16 × 16 sites, ordered (1) below the critical temperature of 2.27 and disordered (0)
/// above it: 2,400 and 600.
inline Problem spins(std::uint64_t seed) {
  const spinlab::datasets::IsingSetOptions options{
      .side = 16, .temperatures = {1.2, 1.6, 1.9, 2.7, 3.1, 3.5}, .samples = 500, .sweeps = 3};
  const auto all = spinlab::datasets::make_ising(options, seed);
  const auto order = torch::randperm(all.inputs.size(0), spinlab::make_generator(seed, "examples"), torch::kLong);
  return split(all.inputs.index_select(0, order), all.targets.index_select(0, order), 2400, 600, 2);
}

}  // namespace fcn::data
