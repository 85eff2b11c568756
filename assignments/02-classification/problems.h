#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "assignments/shared/draws.h"
#include "assignments/shared/spectra.h"

/// What the checks hand to a student's functions, and the same quantities by other ways.
namespace classification::problems {

using namespace spinlab::shared;

inline Tensor labels_of(const std::vector<int64_t>& labels) { return torch::tensor(labels, torch::kLong); }

inline double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// X with a last column of ones.
inline Tensor augmented(const Tensor& X) { return torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1); }

inline Tensor signs(const Tensor& y) { return (2 * y - 1).to(torch::kFloat64); }

/// λ for each weight and 0 for the intercept.
inline Tensor penalties(int64_t width, double lambda) {
  auto each = torch::full({width}, lambda, torch::kFloat64);
  each[width - 1] = 0;
  return each;
}

struct Data {
  Tensor X, y;
};

/// Features about means that are far from 0, and classes drawn by the logistic model: no plane separates 60
/// such points in 3 dimensions (of 10⁵ draws in none).
inline Data noisy_classes(int64_t n, int64_t d, const std::string& purpose) {
  const auto X = normal({n, d}, purpose) * torch::linspace(0.5, 1.5, d, torch::kFloat64);
  const auto odds = X.matmul(torch::linspace(1, -0.5, d, torch::kFloat64)) + 0.3;
  const auto y = uniform({n}, 0, 1, purpose + " classes") < torch::sigmoid(odds);
  return {X + torch::arange(d, torch::kFloat64) / 2, y.to(torch::kLong)};
}

/// Points whose margin from a drawn plane is at least `margin`, in the space with a column of ones, where the
/// plane's normal (w, b) has length 1.
struct Separable {
  Tensor X, y, normal;
};

inline Separable with_margin(int64_t n, int64_t d, double margin, const std::string& purpose) {
  const auto direction = rotation(d, purpose + " direction")[0];
  auto plane = torch::cat({direction, uniform({1}, -0.5, 0.5, purpose + " intercept")});
  plane = plane / plane.norm();
  const auto w = plane.slice(0, 0, d);
  const auto X = normal({n, d}, purpose);
  const auto y = (torch::arange(n) % 2).index_select(0, uniform({n}, 0, 1, purpose + " order").argsort());
  // Along w each point is put where its margin is a drawn one.
  const auto wanted = signs(y) * (margin + uniform({n}, 0, 1, purpose + " margins"));
  const auto moved = (wanted - augmented(X).matmul(plane)) / w.square().sum();
  return {X + moved.unsqueeze(1) * w, y, plane};
}

/// Of a function that LibTorch records: its gradient at `at`, and the derivative of that along `direction`.
struct Derivatives {
  Tensor gradient, along;
};

inline Derivatives derivatives(const std::function<Tensor(const Tensor&)>& function, const Tensor& at,
                               const Tensor& direction) {
  const auto leaf = at.clone().requires_grad_();
  const auto gradient = torch::autograd::grad({function(leaf)}, {leaf}, {}, true, /*create_graph=*/true)[0];
  const auto along = torch::autograd::grad({(gradient * direction).sum()}, {leaf})[0];
  return {gradient.detach(), along};
}

/// J of the header's task 5, by LibTorch.
inline Tensor recorded_objective(const Data& data, const Tensor& w, double lambda) {
  const auto margins = signs(data.y) * augmented(data.X).matmul(w);
  return torch::softplus(-margins, 1, /*linear above*/ 36).mean() + (penalties(w.size(0), lambda) * w * w).sum() / 2;
}

inline double objective(const Data& data, const Tensor& w, double lambda) {
  return recorded_objective(data, w, lambda).item<double>();
}

/// ∇J at w, and H p.
inline Derivatives bending(const Data& data, const Tensor& w, const Tensor& p, double lambda) {
  return derivatives([&](const Tensor& at) { return recorded_objective(data, at, lambda); }, w, p);
}

inline Tensor gradient(const Data& data, const Tensor& w, double lambda) {
  return bending(data, w, w, lambda).gradient;
}

/// Of k classes: features, labels and weights, all drawn.
struct Softmax {
  Tensor X, labels, W;
};

inline Softmax softmax_problem(int64_t n, int64_t d, int64_t k, const std::string& purpose) {
  const auto X = normal({n, d}, purpose) + torch::arange(d, torch::kFloat64) / 3;
  return {X, integers(n, k, purpose + " labels"), normal({k, d + 1}, purpose + " weights")};
}

/// The loss of the header's task 9, by LibTorch.
inline Tensor recorded_softmax_objective(const Softmax& data, const Tensor& W, double lambda) {
  const auto log_p = torch::log_softmax(augmented(data.X).matmul(W.t()), 1);
  const auto surprise = -log_p.gather(1, data.labels.unsqueeze(1)).mean();
  return surprise + (penalties(W.size(1), lambda) * W * W).sum() / 2;
}

inline double softmax_objective(const Softmax& data, const Tensor& W, double lambda) {
  return recorded_softmax_objective(data, W, lambda).item<double>();
}

inline Derivatives softmax_bending(const Softmax& data, const Tensor& W, const Tensor& P, double lambda) {
  return derivatives([&](const Tensor& at) { return recorded_softmax_objective(data, at, lambda); }, W, P);
}

inline Tensor softmax_gradient_of(const Softmax& data, const Tensor& W, double lambda) {
  return softmax_bending(data, W, W, lambda).gradient;
}

/// H P, H the second derivatives of that loss.
inline Tensor softmax_curvature_along(const Softmax& data, const Tensor& W, const Tensor& P, double lambda) {
  return softmax_bending(data, W, P, lambda).along;
}

/// The fraction of pairs of a 1 and a 0 in which the 1 scores higher, equal scores counted half.
inline double pairs_in_order(const Tensor& scores, const Tensor& outcomes) {
  const auto ones = scores.masked_select(outcomes == 1).unsqueeze(1);
  const auto noughts = scores.masked_select(outcomes == 0);
  const auto won = (ones > noughts).to(torch::kFloat64) + 0.5 * (ones == noughts).to(torch::kFloat64);
  return won.mean().item<double>();
}

/// n × rows × columns spins, each up with probability ½.
inline Tensor random_spins(int64_t n, int64_t rows, int64_t columns, const std::string& purpose) {
  return (2 * integers(n * rows * columns, 2, purpose) - 1).to(torch::kChar).view({n, rows, columns});
}

}  // namespace classification::problems
