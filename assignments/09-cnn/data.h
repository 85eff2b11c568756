#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

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

/// 1,000 and 1,000 of 12 × 12 pixels.
inline Problem patterns(std::uint64_t seed) {
  const auto generator = spinlab::make_generator(seed, "patterns");
  const auto patterns = four_patterns(generator);
  return {with_patterns(patterns, 1000, 12, generator), with_patterns(patterns, 1000, 12, generator), 4};
}

/// Of each image side × side pixels somewhere in it.
inline Tensor parts(const Tensor& images, int64_t side, const torch::Generator& generator) {
  const auto n = images.size(0), c = images.size(1), w = images.size(3);
  const auto corners = torch::randint(w - side + 1, {2, n, 1}, generator, torch::kLong);
  const auto places = corners + torch::arange(side);
  const auto rows = images.gather(2, places[0].view({n, 1, side, 1}).expand({n, c, side, w}));
  return rows.gather(3, places[1].view({n, 1, 1, side}).expand({n, c, side, side}));
}

/// 2,000 and 4,000 made of the first 10,000 photographs of CIFAR-10 at half the resolution: of their 16 × 16
/// pixels 12 × 12 somewhere. Vehicles (0) and animals (1).
inline Problem photographs(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_cifar10_batch(DataFolders().find("cifar10/data_batch_1.bin", "cifar10"));
  static const auto small = at::avg_pool2d(all.inputs.to(torch::kFloat32), 2).round().to(torch::kByte);
  static const auto animals = at::tensor({0, 0, 1, 1, 1, 1, 1, 1, 0, 0}, torch::kLong);
  const auto some = drawn(small, animals.index_select(0, all.targets), 6000, seed);
  return split(parts(some.x, 12, spinlab::make_generator(seed, "parts")), some.labels, 2000, 2);
}

/// 700 and 300 made of the 1,000 galaxies at a quarter of the resolution: of their 16 × 16 pixels 12 × 12
/// somewhere. Elliptical (0), spiral (1) and edge-on (2). Each of the 300 is there four times, every time
/// another part, turned by another multiple of 90°.
inline Problem galaxies(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto all = read_galaxies(DataFolders());
  static const auto small = at::avg_pool2d(all.images.to(torch::kFloat32), 4).round().to(torch::kByte);
  const auto some = drawn(small, without_handedness(all.labels), 1000, seed);
  const auto generator = spinlab::make_generator(seed, "parts");
  const auto [train, test, classes] = split(some.x, some.labels, 700, 3);
  std::vector<Tensor> views;
  for (int64_t quarters = 0; quarters < 4; ++quarters)
    views.push_back(torch::rot90(parts(test.x, 12, generator), quarters, {2, 3}));
  return {
      {parts(train.x, 12, generator), train.labels}, {torch::cat(views), test.labels.repeat({4})}, classes};
}

}  // namespace cnn::data
