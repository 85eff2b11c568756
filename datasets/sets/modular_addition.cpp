#include "datasets/sets/modular_addition.h"

#include <ATen/ATen.h>

#include "datasets/registry.h"
#include "datasets/split.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxModulus = 4096;

}  // namespace

Dataset load_modular_addition(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto p = options.integer("modulus", 2, kMaxModulus);
  const auto train_fraction = options.number("train_fraction", 0, 1);
  options.expect_no_other_keys();
  const auto numbers = at::arange(p);
  const auto a = numbers.repeat_interleave(p), b = numbers.repeat({p});
  const auto none = at::full({p * p}, kNotJudged, at::kLong);
  Dataset set;
  set.name = "modular-addition";
  set.objective = "language_modelling";
  const Split all{at::stack({a, b, at::full({p * p}, p, at::kLong)}, 1),
                  at::stack({none, none, (a + b).remainder(p)}, 1),
                  {}};
  shuffle_split(all, 1 - train_fraction, seed, set);
  for (int64_t number = 0; number < p; ++number) set.classes.push_back(std::to_string(number));
  set.classes.emplace_back("=");
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "modular-addition",
                                            .summary = "a + b modulo p, for all pairs",
                                            .defaults = {{"modulus", 97}, {"train_fraction", 0.5}},
                                            .load = load_modular_addition}};

}  // namespace
}  // namespace spinlab::datasets
