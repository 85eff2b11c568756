#include "models/kernels/widths.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <vector>

#include "models/solvers/sample.h"

namespace spinlab::models {
namespace {

constexpr double kLeast = 1e-9, kMost = 1e9;
constexpr int64_t kRows = 1000;

at::Tensor median_distance(const at::Tensor& rows, Metric metric) {
  const auto n = rows.defined() ? rows.size(0) : 0;
  if (n < 2) return at::ones({1}, at::kDouble);
  const auto drawn = evenly_spread(rows, kRows).contiguous();
  const auto median = at::pdist(drawn, metric == Metric::kEuclidean ? 2 : 1).median().view({1});
  return median.item<double>() > 0 ? median : at::ones_like(median);
}

}  // namespace

at::Tensor widths(const Config& options, const at::Tensor& rows, Metric metric) {
  const auto& given = options.at("width");
  if (given.is_null()) return median_distance(rows, metric);
  if (!given.is_array()) return at::full({1}, options.number("width", kLeast, kMost), at::kDouble);
  const auto all = options.get<std::vector<double>>("width");
  TORCH_CHECK_VALUE(std::ranges::all_of(all, [](double each) { return each >= kLeast && each <= kMost; }),
                    options.where(), ": each width must lie in [", kLeast, ", ", kMost, "]");
  TORCH_CHECK_VALUE(!all.empty() && (!rows.defined() || std::ssize(all) == rows.size(1)), options.where(),
                    ": there are ", all.size(), " widths",
                    rows.defined() ? c10::str(" for ", rows.size(1), " columns") : "",
                    "; give one number, or one for each column");
  return at::tensor(all, at::kDouble);
}

double scale_of_products(const Config& options, const at::Tensor& rows) {
  if (!options.at("scale").is_null()) return options.number("scale", 1e-12, 1e12);
  return rows.defined() ? 1 / static_cast<double>(rows.size(1)) : 1;
}

}  // namespace spinlab::models
