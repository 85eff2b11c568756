#pragma once

#include <torch/types.h>

#include <cstdint>

#include "src/core/seed.h"

/// What classifiers of images are trained on and judged by.
namespace spinlab::shared {

using torch::Tensor;

struct Examples {
  Tensor x, labels;
};

struct Problem {
  Examples train, test;
  int64_t classes;
};

/// The first `training` rows are for training, the others for the test.
inline Problem split(const Tensor& x, const Tensor& labels, int64_t training, int64_t classes) {
  const auto rows = [&](int64_t begin, int64_t end) {
    return Examples{x.slice(0, begin, end).contiguous(), labels.slice(0, begin, end).contiguous()};
  };
  return {rows(0, training), rows(training, x.size(0)), classes};
}

/// Images that no file holds, so that nobody can have looked their classes up: each of these, (n, channels,
/// side, side) in [0, 1], moved by up to half a pixel, with a tenth of another shining through.
inline Tensor never_published(const Tensor& images, std::uint64_t seed) {
  const auto generator = make_generator(seed, "never published");
  const auto n = images.size(0), side = images.size(3);
  auto moves = torch::eye(2, 3).repeat({n, 1, 1});  // in units of half an image
  moves.select(2, 2).copy_((2 * torch::rand({n, 2}, generator) - 1) / static_cast<double>(side));
  const auto grid = at::affine_grid_generator(moves, images.sizes(), /*align_corners=*/false);
  const auto moved = at::grid_sampler(images, grid, /*bilinear*/ 0, /*border*/ 1, /*align_corners=*/false);
  return 0.9 * moved + 0.1 * moved.index_select(0, torch::randperm(n, generator, torch::kLong));
}

/// `count` of `images`, uint8, with their labels, drawn without replacement and never published.
inline Examples drawn(const Tensor& images, const Tensor& labels, int64_t count, std::uint64_t seed) {
  const auto order = torch::randperm(images.size(0), make_generator(seed, "examples"), torch::kLong);
  const auto rows = order.slice(0, 0, count);
  const auto pixels = images.index_select(0, rows).to(torch::kFloat32) / 255;
  return {never_published(pixels, seed), labels.index_select(0, rows)};
}

}  // namespace spinlab::shared
