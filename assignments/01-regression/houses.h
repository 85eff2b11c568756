#pragma once

#include <torch/types.h>

#include <cstdint>

#include "datasets/files/data_folders.h"
#include "datasets/sets/california_housing.h"
#include "src/core/seed.h"

/// Block groups of the California census: what a house costs, and what eight numbers about its neighbourhood
/// say of that.
namespace regression::houses {

using torch::Tensor;

/// Eight features, and house values in USD.
struct Houses {
  Tensor X, y;
};

/// The 20,433 block groups without gaps.
inline Houses california() {
  using namespace spinlab::datasets;
  const auto all =
      read_california_housing(DataFolders().find("tabular/california_housing.csv", "california-housing"));
  const auto complete = all.features.isfinite().all(1);
  return {all.features.index({complete}), all.median_house_value.index({complete})};
}

/// Design matrices, a column of ones last.
struct Split {
  Houses train, held_out;
};

/// A random fifth of all block groups is held out.
inline Split split(const Houses& all, std::uint64_t seed) {
  const auto n = all.y.size(0), held_out = n / 5;
  const auto order = torch::randperm(n, spinlab::make_generator(seed, "held out"), torch::kLong);
  const auto part = [&](int64_t begin, int64_t end) {
    const auto rows = order.slice(0, begin, end);
    const auto X = all.X.index_select(0, rows);
    return Houses{torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1), all.y.index_select(0, rows)};
  };
  return {part(held_out, n), part(0, held_out)};
}

/// Each feature in its standard deviations about its mean: those of the training part, for the other houses
/// are unknown when a fit is made.
inline Split standardised(const Split& split) {
  const auto features = split.train.X.size(1) - 1;
  const auto seen = split.train.X.slice(1, 0, features);
  const auto mean = seen.mean(0), deviation = seen.std(0, /*unbiased=*/false);
  const auto scaled = [&](const Houses& part) {
    const auto X = (part.X.slice(1, 0, features) - mean) / deviation;
    return Houses{torch::cat({X, part.X.slice(1, features)}, 1), part.y};
  };
  return {scaled(split.train), scaled(split.held_out)};
}

}  // namespace regression::houses
