#pragma once

#include <torch/types.h>

#include <cstdint>

#include "datasets/formats/labelled_images.h"
#include "datasets/sets/cifar10.h"
#include "src/core/seed.h"

/// What fit_images is trained on and judged by: float32 images, as cnn.h's task
/// 16 says.
namespace cnn::data {

using torch::Tensor;

struct Examples {
  Tensor x, labels;
};

struct Problem {
  Examples train, test;
  int64_t classes;
};

inline Problem split(const Tensor& x, const Tensor& labels, int64_t training, int64_t classes) {
  const auto rows = [&](int64_t begin, int64_t end) {
    return Examples{x.slice(0, begin, end).contiguous(), labels.slice(0, begin, end).contiguous()};
  };
  return {rows(0, training), rows(training, x.size(0)), classes};
}

/// Four patterns of 3 × 3, orthogonal and each with the sum 0: (4, 1, 3, 3).
inline Tensor four_patterns(const torch::Generator& generator) {
  const auto drawn = torch::cat({torch::ones({9, 1}), torch::randn({9, 4}, generator)}, 1);
  return std::get<0>(torch::linalg_qr(drawn)).slice(1, 1).t().reshape({4, 1, 3, 3});
}

/// Grey noise of side × side pixels with one of the patterns somewhere: a sum
/// over pixels tells nothing, and hardly any pixel at its place.
inline Examples with_patterns(const Tensor& patterns, int64_t n, int64_t side,
                              const torch::Generator& generator) {
  const auto labels = torch::randint(4, {n}, generator, torch::kLong);
  const auto x = 0.1 * torch::randn({n, 1, side, side}, generator) + 0.5;
  const auto places = torch::randint(side - 2, {2, n, 1}, generator, torch::kLong) + torch::arange(3);
  const auto rows = places[0].unsqueeze(2), columns = places[1].unsqueeze(1);
  x.squeeze(1).index_put_({torch::arange(n).view({n, 1, 1}), rows, columns},
                          0.8 * patterns.squeeze(1).index_select(0, labels),
                          /*accumulate=*/true);
  return {x.clamp(0, 1), labels};
}

/// 1,000 and 1,000 of 10 × 10 pixels.
inline Problem patterns(std::uint64_t seed) {
  const auto generator = spinlab::make_generator(seed, "patterns");
  const auto patterns = four_patterns(generator);
  return {with_patterns(patterns, 1000, 10, generator), with_patterns(patterns, 1000, 10, generator), 4};
}

/// Images that no file holds, so that nobody can have looked their classes up:
/// each of these, (n, channels, side, side) in [0, 1], moved by up to half a
/// pixel, with a tenth of another shining through.
inline Tensor never_published(const Tensor& images, std::uint64_t seed) {
  auto generator = spinlab::make_generator(seed, "never published");
  const auto n = images.size(0), side = images.size(3);
  auto moves = torch::eye(2, 3).repeat({n, 1, 1});  // in units of half an image
  moves.select(2, 2).copy_((2 * torch::rand({n, 2}, generator) - 1) / static_cast<double>(side));
  const auto grid = at::affine_grid_generator(moves, images.sizes(), /*align_corners=*/false);
  const auto moved = at::grid_sampler(images, grid, /*bilinear*/ 0,
                                      /*border*/ 1, /*align_corners=*/false);
  return 0.9 * moved + 0.1 * moved.index_select(0, torch::randperm(n, generator, torch::kLong));
}

/// Of `images`, uint8, and their labels `count`, drawn without replacement, the
/// first `training` to train.
inline Problem drawn(const Tensor& images, const Tensor& labels, int64_t count, int64_t training,
                     int64_t classes, std::uint64_t seed) {
  const auto order = torch::randperm(images.size(0), spinlab::make_generator(seed, "examples"), torch::kLong)
                         .slice(0, 0, count);
  const auto pixels = images.index_select(0, order).to(torch::kFloat32) / 255;
  return split(never_published(pixels, seed), labels.index_select(0, order), training, classes);
}

/// 2,000 and 1,500 made of the first 10,000 photographs of CIFAR-10, their middle 24 × 24 pixels at half the
/// resolution: 3 × 12 × 12.
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  static const auto middle = all.inputs.slice(2, 4, 28).slice(3, 4, 28).to(torch::kFloat32);
  static const auto small = at::avg_pool2d(middle, 2).round().to(torch::kByte);
  return drawn(small, all.targets, 3500, 2000, 10, seed);
}

/// 700 and 300 made of the 1,000 galaxies, the middle 48 × 48 of 64 × 64 pixels at a quarter of the
/// resolution: 3 × 12 ×
/// 12. Elliptical (0), spiral (1) and edge-on (2).
inline Problem galaxies(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all =
      read_labelled_images(DataFolders().find("galaxy_zoo1/galaxy_zoo1_64x64.bin", "galaxies"),
                           {.records = 1000, .side = 64, .classes = 4, .dataset = "galaxies"});
  static const auto middle = all.images.slice(2, 8, 56).slice(3, 8, 56).to(torch::kFloat32);
  static const auto small = at::avg_pool2d(middle, 4).round().to(torch::kByte);
  const auto labels = torch::tensor({0, 1, 1, 2}, torch::kLong).index_select(0, all.labels);
  return drawn(small, labels, 1000, 700, 3, seed);
}

}  // namespace cnn::data
