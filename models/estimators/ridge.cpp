#include "models/estimators/ridge.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "models/registry.h"

namespace spinlab::models {

// BEGIN SOLUTION
namespace {

/// [X; √(λn) 1], whose least-squares solution for [y; 0] is the penalised one of X for y.
at::Tensor augmented(const at::Tensor& X, double penalty) {
  if (penalty == 0) return X;
  const auto n = static_cast<double>(X.size(0));
  return at::cat({X, at::eye(X.size(1), X.options()).mul_(std::sqrt(penalty * n))});
}

/// From the R of [A B] alone: its first columns are A's R, the others QᵀB, so that Q need not be formed.
at::Tensor least_squares(const at::Tensor& A, const at::Tensor& B) {
  const auto both = std::get<1>(at::linalg_qr(at::cat({A, B}, 1), "r"));
  const auto d = A.size(1);
  const auto rows = both.slice(0, 0, d);
  const auto rank_tolerance = std::numeric_limits<double>::epsilon() * static_cast<double>(A.size(0));
  return std::get<0>(at::linalg_lstsq(rows.slice(1, 0, d), rows.slice(1, d), rank_tolerance, "gelsd"));
}

}  // namespace
// END SOLUTION

void Ridge::learn(const at::Tensor& X, const at::Tensor& y) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "ridge, penalty ", penalty_, ", intercept ", has_intercept_,
  // STUB                   ": left out, 01-regression asks for it");
  classes_ = !y.is_floating_point();
  column_ = y.dim() == 1;
  const auto targets = classes_ ? at::one_hot(y).to(at::kDouble) : y.reshape({y.size(0), -1});
  auto x_mean = X.mean(0), y_mean = targets.mean(0);
  if (!has_intercept_) x_mean.zero_(), y_mean.zero_();
  const auto A = augmented(X - x_mean, penalty_);
  const auto B =
      at::cat({targets - y_mean, at::zeros({A.size(0) - X.size(0), targets.size(1)}, targets.options())});
  weights_ = least_squares(A, B);
  intercept_ = y_mean - x_mean.matmul(weights_);
  // END SOLUTION
}

at::Tensor Ridge::answer(const at::Tensor& X) const {
  const auto values = at::addmm(intercept_, X, weights_);
  if (classes_) return values.argmax(1);
  return column_ ? values.squeeze(1) : values;
}

std::map<std::string, at::Tensor> Ridge::state() const {
  const auto kind = at::tensor({classes_ ? 1.0 : 0.0, column_ ? 1.0 : 0.0}, at::kDouble);
  return {{"weights", weights_}, {"intercept", intercept_}, {"kind", kind}};
}

void Ridge::load_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  check_state(state, "kind", 1);
  const auto& kind = state.at("kind");
  TORCH_CHECK_VALUE(kind.size(0) == 2 && state.at("weights").size(1) == state.at("intercept").size(0),
                    "the checkpoint's weights and intercept do not belong together");
  weights_ = state.at("weights");
  intercept_ = state.at("intercept");
  classes_ = kind[0].item<double>() != 0;
  column_ = kind[1].item<double>() != 0;
}

namespace {

const Registered<ModelEntry> kRegistered{
    {.name = "ridge",
     .summary = "least squares with a quadratic penalty, in closed form",
     .defaults = {{"penalty", 0.0}, {"intercept", nullptr}},
     .estimator = [](const Config& config, const Problem& problem) {
       return std::make_unique<Ridge>(config.number("penalty", 0, 1e12), config.at("intercept").is_null()
                                                                             ? problem.intercept
                                                                             : config.get<bool>("intercept"));
     }}};

}  // namespace
}  // namespace spinlab::models
