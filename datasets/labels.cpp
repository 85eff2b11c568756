#include "datasets/labels.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>
#include <charconv>
#include <cmath>

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxClasses = 10'000, kFewClasses = 100;

/// P: Parts or const Parts.
template <typename P>
auto all_of(P& parts) {
  std::vector<decltype(&parts.train)> all = {&parts.train};
  if (parts.test) all.push_back(&*parts.test);
  if (parts.validation) all.push_back(&*parts.validation);
  return all;
}

at::Tensor distinct(const at::Tensor& values) { return std::get<0>(at::_unique(values, /*sorted=*/true)); }

void require_finite(const at::Tensor& values, const char* what, const std::string& name) {
  if (!values.is_floating_point()) return;
  const auto bad = values.isfinite().logical_not();
  if (!bad.any().item<bool>()) return;
  TORCH_CHECK_VALUE(false, name, ": ", what, " hold NaN or an infinity, first in example ",
                    bad.reshape({bad.size(0), -1}).any(1).nonzero()[0].item<int64_t>(),
                    " (counted from 0); mend or leave out such examples");
}

}  // namespace

Task task_of(const Config& options) {
  if (!options.has("task")) return Task::kTold;
  return options.one_of("task", {"classification", "regression"}) == "regression" ? Task::kRegression
                                                                                  : Task::kClassification;
}

std::vector<std::string> number_classes(Parts& parts, const std::string& name) {
  std::vector<at::Tensor> found;
  for (auto* split : all_of(parts)) {
    TORCH_CHECK_VALUE(split->targets.dim() == 1, name,
                      ": classes are one number an example, got targets of shape ", split->targets.sizes());
    split->targets = split->targets.to(at::kDouble);
    require_finite(split->targets, "targets", name);
    found.push_back(distinct(split->targets));
  }
  const auto values = distinct(at::cat(found)).contiguous();
  TORCH_CHECK_VALUE(values.size(0) >= 2, name, ": all examples are of one class (",
                    shortest(values[0].item<double>()), "); a classifier needs two at least");
  TORCH_CHECK_VALUE(values.size(0) <= kMaxClasses, name, ": ", values.size(0), " classes, at most ",
                    kMaxClasses, " are accepted; is \"task\": \"regression\" meant?");
  for (auto* split : all_of(parts)) split->targets = at::searchsorted(values, split->targets.contiguous());
  std::vector<std::string> names;
  for (int64_t i = 0; i < values.size(0); ++i) names.push_back(shortest(values[i].item<double>()));
  return names;
}

Split only_classes(const Split& all, const std::vector<int64_t>& chosen) {
  auto classes = at::full_like(all.targets, -1);
  for (size_t i = 0; i < chosen.size(); ++i)
    classes.masked_fill_(all.targets.eq(chosen[i]), static_cast<int64_t>(i));
  const auto rows = classes.ge(0).nonzero().view(-1);
  return {all.inputs.index_select(0, rows), classes.index_select(0, rows), {}};
}

bool look_like_classes(const at::Tensor& targets) {
  if (targets.dim() != 1) return false;
  const auto values = targets.to(at::kDouble);
  return values.eq(values.round()).all().item<bool>() && distinct(values).size(0) <= kFewClasses;
}

std::string shortest(double number) {
  std::array<char, 32> text;
  constexpr double kExact = 1e15;  // whole numbers below it have no exponent
  const bool integer = number == std::trunc(number) && std::abs(number) < kExact;
  const auto to = text.data() + text.size();
  const auto [end, error] = integer ? std::to_chars(text.data(), to, static_cast<int64_t>(number))
                                    : std::to_chars(text.data(), to, number);
  return {text.data(), end};
}

void require_alike(const Parts& parts, const std::string& name) {
  for (auto* split : all_of(parts)) {
    TORCH_CHECK_VALUE(split->inputs.sizes().slice(1) == parts.train.inputs.sizes().slice(1), name,
                      ": examples to train on are ", parts.train.inputs.sizes().slice(1),
                      ", those of another part ", split->inputs.sizes().slice(1),
                      "; all need the same shape");
    require_finite(split->inputs, "inputs", name);
    if (split->targets.defined()) require_finite(split->targets, "targets", name);
  }
}

}  // namespace spinlab::datasets
