#pragma once

#include <torch/types.h>

#include <cstdint>

#include "assignments/shared/examples.h"
#include "datasets/sets/cifar10.h"
#include "datasets/sets/galaxies.h"

/// What fit_images is trained on and judged by: float32 images, as cnn.h's task 16 says.
namespace cnn::data {

using namespace spinlab::shared;

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

/// 2,000 and 1,500 made of the first 10,000 photographs of CIFAR-10, their middle 24 × 24 pixels at half the
/// resolution: 3 × 12 × 12.
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  static const auto middle = all.inputs.slice(2, 4, 28).slice(3, 4, 28).to(torch::kFloat32);
  static const auto small = at::avg_pool2d(middle, 2).round().to(torch::kByte);
  const auto some = drawn(small, all.targets, 3500, seed);
  return split(some.x, some.labels, 2000, 10);
}

/// 700 and 300 made of the 1,000 galaxies, the middle 48 × 48 of 64 × 64 pixels at a quarter of the
/// resolution: 3 × 12 × 12. Elliptical (0), spiral (1) and edge-on (2).
inline Problem galaxies(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_galaxies(DataFolders());
  static const auto middle = all.images.slice(2, 8, 56).slice(3, 8, 56).to(torch::kFloat32);
  static const auto small = at::avg_pool2d(middle, 4).round().to(torch::kByte);
  const auto some = drawn(small, without_handedness(all.labels), 1000, seed);
  return split(some.x, some.labels, 700, 3);
}

}  // namespace cnn::data
