#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/seed.h"
#include "src/judging/checker/check.h"

/// Random inputs from the check's seed: the same check draws the same numbers in a run, another one others.
/// `purpose` names the stream, so that no draw depends on those before it. Everything real is float64.
namespace spinlab::shared {

using torch::Tensor;

/// Standard normal numbers.
inline Tensor normal(at::IntArrayRef shape, const std::string& purpose) {
  return torch::randn(shape, make_generator(check_seed(), purpose), torch::kFloat64);
}

/// Uniform in [low, high).
inline Tensor uniform(at::IntArrayRef shape, double low, double high, const std::string& purpose) {
  return low + (high - low) * torch::rand(shape, make_generator(check_seed(), purpose), torch::kFloat64);
}

inline double number(double low, double high, const std::string& purpose) {
  return uniform({1}, low, high, purpose).item<double>();
}

/// n whole numbers from 0 to high − 1, int64.
inline Tensor integers(int64_t n, int64_t high, const std::string& purpose) {
  return torch::randint(high, {n}, make_generator(check_seed(), purpose), torch::kLong);
}

/// A seed for a student's function, not negative; `index` numbers those of one purpose. It tells nothing of what else is drawn.
inline int64_t seed(const std::string& purpose, std::uint64_t index = 0) {
  return static_cast<int64_t>(one_way_seed(check_seed(), purpose, index) >> 16);
}

/// Nothing drawn: the numbers that are given.
inline Tensor zeros(at::IntArrayRef shape) { return torch::zeros(shape, torch::kFloat64); }
inline Tensor eye(int64_t d) { return torch::eye(d, torch::kFloat64); }
inline Tensor vector(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat64); }

}  // namespace spinlab::shared
