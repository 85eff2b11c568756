#include "models/estimators/class_weights.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::models {

namespace {

constexpr double kMost = 1e12;

}  // namespace

at::Tensor ClassWeights::of(const at::Tensor& rows_of_class) const {
  const auto classes = rows_of_class.size(0);
  if (balanced) {
    const auto present = rows_of_class.gt(0).sum();
    return rows_of_class.sum() / (present * rows_of_class.clamp_min(1)).to(at::kDouble);
  }
  if (factors.empty()) return at::ones({classes}, at::kDouble);
  TORCH_CHECK_VALUE(static_cast<int64_t>(factors.size()) == classes, "there are ", classes, " classes and ",
                    factors.size(), " class weights");
  return at::tensor(factors, at::kDouble);
}

at::Tensor classes_of_a_margin(const at::Tensor& rows_of_class) {
  auto present = rows_of_class.nonzero().flatten();
  TORCH_CHECK_VALUE(present.numel() > 1, "all rows are of class ", present[0].item<int64_t>(),
                    ": a margin needs rows of two classes at least");
  return present;
}

ClassWeights class_weights_option(const Config& estimator, const Problem& problem) {
  const auto given = estimator.at("class_weights");
  if (given.is_null()) return {};
  if (given == "balanced") return {.balanced = true};
  const auto above_0 = [](const Json& one) { return one.is_number() && one > 0 && one <= kMost; };
  TORCH_CHECK_VALUE(given.is_array() && static_cast<int64_t>(given.size()) == problem.outputs &&
                        std::ranges::all_of(given, above_0),
                    estimator.where(), ": class_weights must be null, \"balanced\" or ", problem.outputs,
                    " numbers above 0, one a class; got ", given.dump());
  return {.factors = given.get<std::vector<double>>()};
}

}  // namespace spinlab::models
