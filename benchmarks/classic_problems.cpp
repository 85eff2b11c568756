#include "benchmarks/classic_problems.h"

#include <ATen/ATen.h>

#include <cmath>

#include "datasets/dataset.h"
#include "src/core/seed.h"

namespace spinlab::benchmarks {

Problem linear_problem(int64_t n, int64_t d, double correlation) {
  const auto generator = make_generator(1, "linear problem");
  auto X = at::randn({n, d}, generator, at::kDouble);
  const auto fresh = std::sqrt(1 - correlation * correlation);
  for (int64_t j = 1; correlation > 0 && j < d; ++j)
    X.select(1, j).mul_(fresh).add_(X.select(1, j - 1), correlation);
  auto w = at::randn({d}, generator, at::kDouble);
  w.mul_(at::arange(d).remainder(10).eq(0));
  const auto clean = X.mv(w);
  return {X, clean + clean.std() / 3 * at::randn({n}, generator, at::kDouble)};
}

Problem smooth_problem(int64_t n) {
  const auto generator = make_generator(1, "smooth problem");
  const auto X = at::randn({n, 8}, generator, at::kDouble);
  const auto y = X.select(1, 0).sin() + X.select(1, 1) * X.select(1, 2) / 2;
  return {X, y + 0.1 * at::randn({n}, generator, at::kDouble)};
}

Digits digits(const datasets::DataFolders& data) {
  const auto set = datasets::load_dataset({{"name", "mnist"}}, data, 0);
  const auto rows = [](const datasets::Split& part) {
    return Problem{part.inputs.flatten(1).to(at::kDouble), part.targets};
  };
  return {rows(set.train), rows(set.test)};
}

}  // namespace spinlab::benchmarks
