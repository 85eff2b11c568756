#include "classification.h"

#include <cmath>
#include <limits>

namespace classification {

using torch::Tensor;

namespace {

/// Given: n labels, int64, each in [0, classes).
[[maybe_unused]] void require_labels(const Tensor& labels, int64_t n, int64_t classes) {
  TORCH_CHECK_VALUE(labels.scalar_type() == torch::kLong && labels.dim() == 1 && labels.size(0) == n && n > 0,
                    "expected int64 labels of (", n, "), got ", labels.scalar_type(), " ", labels.sizes());
  TORCH_CHECK_VALUE(labels.min().item<int64_t>() >= 0 && labels.max().item<int64_t>() < classes,
                    "expected labels from 0 to ", classes - 1, ", got ", labels.min().item<int64_t>(), " to ",
                    labels.max().item<int64_t>());
}

/// Given: n rows of X belong to n labels.
[[maybe_unused]] void require_data(const Tensor& X, const Tensor& labels, int64_t classes) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.numel() > 0, "expected a matrix of (n, d), got ", X.sizes());
  require_labels(labels, X.size(0), classes);
}

// BEGIN SOLUTION
/// X with a last column of ones: X̃ (w, b) = Xw + b.
Tensor with_ones(const Tensor& X) { return torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1); }

/// +1 for class 1, −1 for class 0.
Tensor signs(const Tensor& y) { return (2 * y - 1).to(torch::kFloat64); }

Tensor margins(const Tensor& X, const Tensor& y, const Tensor& w) {
  return signs(y) * with_ones(X).matmul(w);
}

/// λ for each weight and 0 for the intercept.
Tensor penalties(int64_t d, double lambda) {
  auto each = torch::full({d + 1}, lambda, torch::kFloat64);
  each[d] = 0;
  return each;
}

void require_problem(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  require_data(X, y, 2);
  TORCH_CHECK_VALUE(w.dim() == 1 && w.size(0) == X.size(1) + 1, "expected w of (", X.size(1) + 1, "), got ",
                    w.sizes());
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
}

void require_softmax_problem(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  TORCH_CHECK_VALUE(W.dim() == 2 && X.dim() == 2 && W.size(1) == X.size(1) + 1,
                    "expected W of (k, d + 1) and X of (n, d), got ", W.sizes(), " and ", X.sizes());
  require_data(X, labels, W.size(0));
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
// END SOLUTION

}  // namespace

Tensor confusion_matrix(const Tensor& labels, const Tensor& predicted, int64_t classes) {
  // BEGIN SOLUTION confusion_matrix: a loop over the points, or bincount of one number for each pair of classes
  require_labels(labels, labels.numel(), classes);
  require_labels(predicted, labels.numel(), classes);
  const auto cells = labels * classes + predicted;
  return torch::bincount(cells, {}, classes * classes).view({classes, classes});
  // END SOLUTION
}

Tensor probability(const Tensor& z) {
  // BEGIN SOLUTION probability: which of e^z and e^−z cannot overflow?
  const auto small = (-z.abs()).exp();
  return torch::where(z >= 0, torch::ones_like(z), small) / (1 + small);
  // END SOLUTION
}

Tensor logistic_loss(const Tensor& z) {
  // BEGIN SOLUTION logistic_loss: log1p keeps the digits of a small argument
  return (-z).clamp_min(0) + (-z.abs()).exp().log1p();
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Σ⁻¹(μ₁ − μ₀), after a look at all arguments.
Tensor whitened_difference(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  const auto d = mean0.numel();
  TORCH_CHECK_VALUE(mean0.dim() == 1 && mean1.dim() == 1 && mean1.numel() == d && d > 0 &&
                        covariance.sizes() == at::IntArrayRef({d, d}),
                    "expected means of (d) and a covariance of (d, d), got ", mean0.sizes(), ", ", mean1.sizes(),
                    " and ", covariance.sizes());
  TORCH_CHECK_VALUE(prior1 > 0 && prior1 < 1, "prior1 must be between 0 and 1, got ", prior1);
  const auto [L, failed] = torch::linalg_cholesky_ex(covariance);
  TORCH_CHECK_VALUE(failed.item<int>() == 0, "the covariance must be positive definite");
  return torch::cholesky_solve((mean1 - mean0).unsqueeze(1), L).squeeze(1);
}

}  // namespace
// END SOLUTION

Tensor gaussian_log_odds(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  // BEGIN SOLUTION gaussian_log_odds: expand both squares; what is left of xᵀΣ⁻¹x?
  const auto w = whitened_difference(mean0, mean1, covariance, prior1);
  const auto b = std::log(prior1 / (1 - prior1)) - w.dot(mean0 + mean1) / 2;
  return torch::cat({w, b.unsqueeze(0)});
  // END SOLUTION
}

double bayes_error(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  // BEGIN SOLUTION bayes_error: the score itself is normal in either class, with mean ±Δ²/2 + ln P(1)/P(0)
  const auto w = whitened_difference(mean0, mean1, covariance, prior1);
  const double delta = std::sqrt(w.dot(mean1 - mean0).item<double>());
  if (delta == 0) return std::min(prior1, 1 - prior1);
  const double shift = std::log(prior1 / (1 - prior1)) / delta;
  return prior1 * normal_cdf(-delta / 2 - shift) + (1 - prior1) * normal_cdf(-delta / 2 + shift);
  // END SOLUTION
}

Perceptron perceptron(const Tensor& X, const Tensor& y, int64_t passes) {
  // BEGIN SOLUTION perceptron: append a 1 to each row, and w and b are one vector
  require_data(X, y, 2);
  TORCH_CHECK_VALUE(passes >= 1, "passes must be at least 1, got ", passes);
  const auto rows = signs(y).unsqueeze(1) * with_ones(X);
  Perceptron found{torch::zeros({X.size(1) + 1}, X.options()), 0, false};
  for (int64_t pass = 0; pass < passes && !found.converged; ++pass) {
    const auto before = found.mistakes;
    for (int64_t i = 0; i < rows.size(0); ++i) {
      if (rows[i].dot(found.weights).item<double>() > 0) continue;
      found.weights = found.weights + rows[i];
      ++found.mistakes;
    }
    found.converged = found.mistakes == before;
  }
  return found;
  // END SOLUTION
}

double logistic_objective(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  // BEGIN SOLUTION logistic_objective
  require_problem(X, y, w, lambda);
  const auto penalty = lambda / 2 * w.slice(0, 0, X.size(1)).square().sum();
  return (logistic_loss(margins(X, y, w)).mean() + penalty).item<double>();
  // END SOLUTION
}

Tensor logistic_gradient(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  // BEGIN SOLUTION logistic_gradient: the derivative of ln(1 + e^−m) is −probability(−m)
  require_problem(X, y, w, lambda);
  const auto error = -signs(y) * probability(-margins(X, y, w));
  return with_ones(X).t().matmul(error) / X.size(0) + penalties(X.size(1), lambda) * w;
  // END SOLUTION
}

Tensor newton_step(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  // BEGIN SOLUTION newton_step: H = X̃ᵀ diag(p(1 − p)) X̃ / n, and the penalty's part
  const auto gradient = logistic_gradient(X, y, w, lambda);
  const auto rows = with_ones(X);
  const auto z = rows.matmul(w);
  const auto curvature = probability(z) * probability(-z);
  const auto H = rows.t().matmul(curvature.unsqueeze(1) * rows) / X.size(0) +
                 torch::diag(penalties(X.size(1), lambda));
  return -torch::linalg_solve(H, gradient);
  // END SOLUTION
}

Tensor fit_logistic(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  // BEGIN SOLUTION fit_logistic: halve Newton's step until the objective falls; what tells that there is no minimum?
  auto w = torch::zeros({X.dim() == 2 ? X.size(1) + 1 : 0}, X.options());
  require_problem(X, y, w, lambda);
  TORCH_CHECK_VALUE(tolerance > 0, "the tolerance must be above 0, got ", tolerance);
  TORCH_CHECK_VALUE(y.min().item<int64_t>() < y.max().item<int64_t>(), "only one class is there: no minimum");
  for (int step = 0; step < 200; ++step) {
    const bool separated = margins(X, y, w).min().item<double>() > 0;
    TORCH_CHECK_VALUE(lambda > 0 || !separated, "a plane separates the classes: the loss has no minimum");
    const auto gradient = logistic_gradient(X, y, w, lambda);
    if (gradient.abs().max().item<double>() <= tolerance) return w;
    const auto p = newton_step(X, y, w, lambda);
    const double now = logistic_objective(X, y, w, lambda), slope = gradient.dot(p).item<double>();
    double fraction = 1;
    // Near the minimum the fall is below the rounding of the objective.
    while (logistic_objective(X, y, w + fraction * p, lambda) > now + 1e-4 * fraction * slope + 1e-14 * now)
      fraction /= 2;
    w = w + fraction * p;
  }
  TORCH_CHECK_VALUE(false, "200 steps did not reach the tolerance ", tolerance);
  // END SOLUTION
}

Tensor log_softmax(const Tensor& Z) {
  // BEGIN SOLUTION log_softmax: a constant added to a row changes nothing
  TORCH_CHECK_VALUE(Z.dim() == 2, "Z must be a matrix, got ", Z.sizes());
  const auto shifted = Z - Z.amax(1, /*keepdim=*/true);
  return shifted - shifted.exp().sum(1, /*keepdim=*/true).log();
  // END SOLUTION
}

Tensor softmax_gradient(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  // BEGIN SOLUTION softmax_gradient: prediction minus target, times the features
  require_softmax_problem(X, labels, W, lambda);
  const auto rows = with_ones(X);
  const auto target = labels.unsqueeze(1) == torch::arange(W.size(0));
  const auto error = log_softmax(rows.matmul(W.t())).exp() - target.to(torch::kFloat64);
  return error.t().matmul(rows) / X.size(0) + penalties(X.size(1), lambda) * W;
  // END SOLUTION
}

double softmax_curvature(const Tensor& X, double lambda) {
  // BEGIN SOLUTION softmax_curvature: linalg_eigvalsh
  TORCH_CHECK_VALUE(X.dim() == 2 && X.numel() > 0, "expected a matrix of (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
  const auto rows = with_ones(X);
  const auto spectrum = torch::linalg_eigvalsh(rows.t().matmul(rows) / X.size(0));
  return spectrum.max().item<double>() / 2 + lambda;
  // END SOLUTION
}

Tensor fit_softmax(const Tensor& X, const Tensor& labels, int64_t classes, double lambda, int64_t steps) {
  // BEGIN SOLUTION fit_softmax
  require_data(X, labels, classes);
  TORCH_CHECK_VALUE(steps >= 0, "steps must be at least 0, got ", steps);
  const double curvature = softmax_curvature(X, lambda);
  auto W = torch::zeros({classes, X.size(1) + 1}, X.options());
  for (int64_t t = 0; t < steps; ++t) W = W - softmax_gradient(X, labels, W, lambda) / curvature;
  return W;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Of each row of `distances` the k smallest, of equal ones the first: 1 where they are, else 0.
Tensor nearest(const Tensor& distances, int64_t k) {
  const auto last = std::get<0>(distances.topk(k, 1, /*largest=*/false)).amax(1, /*keepdim=*/true);
  const auto closer = distances < last, equal = distances == last;
  const auto left = k - closer.sum(1, /*keepdim=*/true);
  return (closer | (equal & (equal.cumsum(1) <= left))).to(torch::kFloat64);
}

}  // namespace
// END SOLUTION

Tensor nearest_neighbours(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  // BEGIN SOLUTION nearest_neighbours: a block of queries at a time; topk does not say which of equal ones it takes
  require_data(X, labels, std::numeric_limits<int64_t>::max());
  TORCH_CHECK_VALUE(queries.dim() == 2 && queries.size(1) == X.size(1), "expected queries of (m, ", X.size(1),
                    "), got ", queries.sizes());
  TORCH_CHECK_VALUE(k >= 1 && k <= X.size(0), "k must be from 1 to ", X.size(0), ", got ", k);
  const auto votes_of = (labels.unsqueeze(1) == torch::arange(labels.max().item<int64_t>() + 1)).to(torch::kFloat64);
  constexpr int64_t kDistances = 1 << 19;  // 4 MiB
  std::vector<Tensor> classes;
  for (const auto& block : queries.split(std::max<int64_t>(1, kDistances / X.size(0)))) {
    const auto distances = torch::cdist(block, X, 2, /*without a matrix product=*/2);
    classes.push_back(nearest(distances, k).matmul(votes_of).argmax(1));
  }
  return torch::cat(classes);
  // END SOLUTION
}

Calibration calibration(const Tensor& probabilities, const Tensor& outcomes, int64_t bins) {
  // BEGIN SOLUTION calibration: bincount adds up weights, too
  require_data(probabilities.unsqueeze(-1), outcomes, 2);
  TORCH_CHECK_VALUE(bins >= 1, "bins must be at least 1, got ", bins);
  TORCH_CHECK_VALUE((probabilities >= 0).all().item<bool>() && (probabilities <= 1).all().item<bool>(),
                    "probabilities must be from 0 to 1");
  const auto bin = (probabilities * bins).floor().to(torch::kLong).clamp_max(bins - 1);
  const auto counts = torch::bincount(bin, {}, bins);
  const auto mean = torch::bincount(bin, probabilities, bins) / counts.clamp_min(1);
  const auto fraction = torch::bincount(bin, outcomes.to(torch::kFloat64), bins) / counts.clamp_min(1);
  const auto error = (counts * (fraction - mean).abs()).sum() / probabilities.size(0);
  return {counts, mean, fraction, error.item<double>()};
  // END SOLUTION
}

Roc roc(const Tensor& scores, const Tensor& outcomes) {
  // BEGIN SOLUTION roc: sort, add up, and keep the last of equal scores; the trapezoids count ties half
  require_data(scores.unsqueeze(-1), outcomes, 2);
  TORCH_CHECK_VALUE(outcomes.min().item<int64_t>() < outcomes.max().item<int64_t>(), "both outcomes are needed");
  const auto [sorted, order] = scores.sort(0, /*descending=*/true);
  const auto ones = outcomes.index_select(0, order).to(torch::kFloat64);
  const auto next = torch::cat({sorted.slice(0, 1), sorted.new_full({1}, -std::numeric_limits<double>::infinity())});
  const auto last = (sorted != next).nonzero().squeeze(1);
  const auto rate = [&](const Tensor& counted) {
    return torch::cat({counted.new_zeros({1}), counted.cumsum(0).index_select(0, last) / counted.sum()});
  };
  const auto x = rate(1 - ones), y = rate(ones);
  return {x, y, torch::trapezoid(y, x).item<double>()};
  // END SOLUTION
}

Tensor ising_features(const Tensor& spins) {
  // BEGIN SOLUTION ising_features: roll brings a neighbour to each site
  TORCH_CHECK_VALUE(spins.dim() == 3, "expected spins of (n, rows, columns), got ", spins.sizes());
  const auto s = spins.to(torch::kFloat64);
  const auto energy = -(s * (s.roll(1, 1) + s.roll(1, 2))).mean({1, 2});
  return torch::stack({s.mean({1, 2}).abs(), energy}, 1);
  // END SOLUTION
}

Tensor softmax_newton_step(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  // BEGIN SOLUTION softmax_newton_step: linalg_eigh, and no step along what has no curvature
  const auto gradient = softmax_gradient(X, labels, W, lambda).flatten();
  const auto n = X.size(0), k = W.size(0), width = W.size(1);
  const auto rows = with_ones(X);
  const auto p = log_softmax(rows.matmul(W.t())).exp();
  const auto moved = (p.unsqueeze(2) * rows.unsqueeze(1)).reshape({n, k * width});  // p_ic x̃_i
  auto H = -moved.t().matmul(moved) / n;
  for (int64_t c = 0; c < k; ++c) {
    const auto own = rows.t().matmul(p.slice(1, c, c + 1) * rows) / n + torch::diag(penalties(X.size(1), lambda));
    H.slice(0, c * width, (c + 1) * width).slice(1, c * width, (c + 1) * width) += own;
  }
  const auto [spectrum, V] = torch::linalg_eigh(H);
  const auto modes = V.t().matmul(gradient) / spectrum;
  const auto curved = spectrum > 1e-12 * spectrum.max();
  return -V.matmul(torch::where(curved, modes, torch::zeros_like(modes))).view({k, width});
  // END SOLUTION
}

}  // namespace classification
