#include "datasets/validation.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <tuple>

#include "datasets/split.h"
#include "datasets/statistics.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

/// How many windows on from one is the first that shares nothing with it.
int64_t windows_apart(const at::Tensor& inputs) {
  const auto stride = std::max<int64_t>(inputs.stride(0), 1), length = inputs.stride(1) * inputs.size(1);
  return (length + stride - 1) / stride;
}

Split rows(const Split& all, int64_t first, int64_t count) {
  Split part{all.inputs.narrow(0, first, count), all.targets, {}};
  if (part.targets.defined()) part.targets = part.targets.narrow(0, first, count);
  return part;
}

}  // namespace

void cut_validation(Dataset& set, double fraction, std::uint64_t seed) {
  TORCH_CHECK_VALUE(!set.parts.contains("validation"), set.name,
                    " has a validation part of its own; leave validation.fraction at 0");
  const auto n = set.train.size();
  const auto kept = static_cast<int64_t>(std::llround((1 - fraction) * static_cast<double>(n)));
  const bool series = overlap(set.train.inputs);
  const auto first = series ? kept + windows_apart(set.train.inputs) : kept;
  TORCH_CHECK_VALUE(0 < kept && first < n, set.name, ": a validation fraction of ", fraction, " of ", n,
                    " examples leaves none to train on or none to validate with");
  auto& validation = set.parts["validation"];
  if (series) {
    validation = rows(set.train, first, n - first);
    set.train = rows(set.train, 0, kept);
  } else {
    const auto order = at::randperm(n, make_generator(seed, "validation"), at::kLong);
    validation = select(set.train, order.narrow(0, kept, n - kept));
    set.train = select(set.train, order.narrow(0, 0, kept));
  }
  // Spins are taken as they are, tokens have none.
  const bool counted = set.train.inputs.scalar_type() == at::kByte || set.train.inputs.is_floating_point();
  if (counted) std::tie(set.mean, set.deviation) = input_statistics(set.train.inputs);
}

}  // namespace spinlab::datasets
