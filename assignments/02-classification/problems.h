#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
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

/// J of the header's task 5 and its derivatives, by LibTorch.
inline double objective(const Data& data, const Tensor& w, double lambda) {
  const auto margins = signs(data.y) * augmented(data.X).matmul(w);
  return (torch::softplus(-margins).mean() + (penalties(w.size(0), lambda) * w * w).sum() / 2).item<double>();
}

inline Tensor gradient(const Data& data, const Tensor& w, double lambda) {
  const auto X = augmented(data.X);
  const auto error = torch::sigmoid(X.matmul(w)) - data.y;
  return X.t().matmul(error) / X.size(0) + penalties(w.size(0), lambda) * w;
}

inline Tensor hessian(const Data& data, const Tensor& w, double lambda) {
  const auto X = augmented(data.X);
  const auto p = torch::sigmoid(X.matmul(w));
  return (X.t() * (p * (1 - p))).matmul(X) / X.size(0) + torch::diag(penalties(w.size(0), lambda));
}

/// The minimum of J, by Newton steps from 0 that these data do not make diverge.
inline Tensor minimum(const Data& data, double lambda) {
  auto w = zeros({data.X.size(1) + 1});
  for (int step = 0; step < 40; ++step)
    w = w - torch::linalg_solve(hessian(data, w, lambda), gradient(data, w, lambda));
  return w;
}

/// Of k classes: features, labels and weights, all drawn.
struct Softmax {
  Tensor X, labels, W;
};

inline Softmax softmax_problem(int64_t n, int64_t d, int64_t k, const std::string& purpose) {
  const auto X = normal({n, d}, purpose) + torch::arange(d, torch::kFloat64) / 3;
  return {X, integers(n, k, purpose + " labels"), normal({k, d + 1}, purpose + " weights")};
}

inline double softmax_objective(const Softmax& data, const Tensor& W, double lambda) {
  const auto log_p = torch::log_softmax(augmented(data.X).matmul(W.t()), 1);
  const auto surprise = -log_p.gather(1, data.labels.unsqueeze(1)).mean();
  return (surprise + (penalties(W.size(1), lambda) * W * W).sum() / 2).item<double>();
}

inline Tensor softmax_gradient_of(const Softmax& data, const Tensor& W, double lambda) {
  const auto X = augmented(data.X);
  const auto error = torch::softmax(X.matmul(W.t()), 1) - torch::one_hot(data.labels, W.size(0));
  return error.t().matmul(X) / X.size(0) + penalties(W.size(1), lambda) * W;
}

/// H P, H the second derivatives of that objective: X̃ᵀ times the change of the probabilities, in closed form.
inline Tensor softmax_curvature_along(const Softmax& data, const Tensor& W, const Tensor& P, double lambda) {
  const auto X = augmented(data.X);
  const auto p = torch::softmax(X.matmul(W.t()), 1), z = X.matmul(P.t());
  const auto change = p * (z - (p * z).sum(1, /*keepdim=*/true));
  return change.t().matmul(X) / X.size(0) + penalties(W.size(1), lambda) * P;
}

/// Task 11 for one query after another: k times the nearest row that is left, in whole numbers where X has
/// them.
inline Tensor voted(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  const auto classes = labels.max().item<int64_t>() + 1;
  auto answers = torch::empty({queries.size(0)}, torch::kLong);
  for (int64_t i = 0; i < queries.size(0); ++i) {
    const auto distances = (X - queries[i]).square().sum(1);
    const auto order = std::get<1>(distances.sort(/*stable=*/true, 0, /*descending=*/false));
    const auto votes = torch::bincount(labels.index_select(0, order.slice(0, 0, k)), {}, classes);
    const auto* first = votes.const_data_ptr<int64_t>();
    answers[i] = std::max_element(first, first + classes) - first;
  }
  return answers;
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
