#include "models/solvers/svm/linear_pegasos.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "src/core/seed.h"

namespace spinlab::models {
namespace {

void require_problem(const SparseRows& X, const at::Tensor& y, const PegasosOptions& options) {
  TORCH_CHECK_VALUE(y.dim() == 1 && y.scalar_type() == at::kDouble && y.size(0) == X.rows(), "there are ",
                    X.rows(), " rows; each needs its label in float64, got ", y.scalar_type(), ' ',
                    y.sizes());
  TORCH_CHECK_VALUE(y.abs().eq(1).all().item<bool>(), "a label is not -1 or 1");
  TORCH_CHECK_VALUE(y.min().item<double>() < y.max().item<double>(),
                    "all rows have one label: a margin needs rows on both sides");
  TORCH_CHECK_VALUE(options.lambda > 0 && options.steps > 0 && options.batch > 0,
                    "λ, the steps and the rows of a step must be above 0, got ", options.lambda, ", ",
                    options.steps, " and ", options.batch);
}

}  // namespace

PegasosWeights pegasos(const SparseRows& X, const at::Tensor& y, const PegasosOptions& options) {
  require_problem(X, y, options);
  const auto d = X.width();
  auto w = at::zeros({d + 1}, at::kDouble), sum = at::zeros({d + 1}, at::kDouble);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "pegasos: left out, 04-svm asks for it");
  const auto* columns = X.columns().const_data_ptr<int32_t>();
  const auto numbers = X.values().to(at::kDouble), labels = y.contiguous();
  const auto* starts = X.starts().const_data_ptr<int64_t>();
  const auto *x = numbers.const_data_ptr<double>(), *sign = labels.const_data_ptr<double>();
  auto* weight = w.data_ptr<double>();
  auto engine = make_engine(options.seed, "pegasos");
  std::vector<int64_t> missed;
  for (int64_t t = 1; t <= options.steps; ++t) {
    missed.clear();
    for (int64_t b = 0; b < options.batch; ++b) {
      const auto i = static_cast<int64_t>((engine() >> 32) * static_cast<std::uint64_t>(X.rows()) >> 32);
      auto score = options.constant * weight[d];
      for (auto at = starts[i]; at < starts[i + 1]; ++at) score += x[at] * weight[columns[at]];
      if (sign[i] * score < 1) missed.push_back(i);
    }
    const auto step = 1 / (options.lambda * static_cast<double>(t));
    for (int64_t j = 0; j <= d; ++j) weight[j] *= 1 - 1 / static_cast<double>(t);
    for (const auto i : missed) {
      const auto by = step * sign[i] / static_cast<double>(options.batch);
      for (auto at = starts[i]; at < starts[i + 1]; ++at) weight[columns[at]] += by * x[at];
      weight[d] += by * options.constant;
    }
    if (options.projected) {
      double square = 0;
      for (int64_t j = 0; j <= d; ++j) square += weight[j] * weight[j];
      if (square * options.lambda > 1) w.mul_(1 / std::sqrt(square * options.lambda));
    }
    if (2 * t > options.steps) sum.add_(w);
  }
  // END SOLUTION
  if (options.averaged) w = sum / static_cast<double>(options.steps - options.steps / 2);
  return {w.narrow(0, 0, d).clone(), w[d].item<double>() * options.constant};
}

}  // namespace spinlab::models
