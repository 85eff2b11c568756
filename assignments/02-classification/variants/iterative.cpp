// conjugate gradients for Newton's equations, a trust region for the fit, recursion over features, sets for the curve
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>
#include "classification.h"
namespace classification {
using torch::Tensor;
namespace {
void labels_fit(const Tensor& y, int64_t n, int64_t k) {
  if (y.dim() != 1 || y.scalar_type() != torch::kInt64 || y.size(0) != n || n == 0) TORCH_CHECK_VALUE(false, "labels");
  const auto [low, high] = torch::aminmax(y);
  TORCH_CHECK_VALUE(low.item<int64_t>() >= 0 && high.item<int64_t>() < k, "labels out of range");
}
void data_fit(const Tensor& X, const Tensor& y, int64_t k) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.numel() > 0, "X");
  labels_fit(y, X.size(0), k);
}
/// A w + b without a column of ones.
Tensor score(const Tensor& X, const Tensor& w) { return X.mv(w.slice(0, 0, X.size(1))) + w[X.size(1)]; }
Tensor pull_back(const Tensor& X, const Tensor& e) { return torch::cat({X.t().mv(e), e.sum().unsqueeze(0)}); }
Tensor only_weights(const Tensor& w) {
  auto r = w.clone();
  r.select(-1, w.size(-1) - 1).zero_();
  return r;
}
using Product = std::function<Tensor(const Tensor&)>;
/// Minimises ½xAx − bx; stays in the span of b, so that of many solutions it finds the shortest.
Tensor conjugate(const Product& A, const Tensor& b) {
  auto x = torch::zeros_like(b);
  for (int restart = 0; restart < 6; ++restart) {
    auto r = b - A(x), p = r;
    double rr = (r * r).sum().item<double>();
    for (int64_t k = 0; k < 4 * b.numel() && rr > 1e-27 * (b * b).sum().item<double>(); ++k) {
      const auto Ap = A(p);
      const double alpha = rr / (p * Ap).sum().item<double>();
      x = x + alpha * p;
      r = r - alpha * Ap;
      const double next = (r * r).sum().item<double>();
      p = r + next / rr * p;
      rr = next;
    }
  }
  return x;
}
}  // namespace
Tensor confusion_matrix(const Tensor& labels, const Tensor& predicted, int64_t classes) {
  TORCH_CHECK_VALUE(classes >= 1, "classes");
  labels_fit(labels, labels.numel(), classes);
  labels_fit(predicted, labels.numel(), classes);
  auto C = torch::zeros({classes, classes}, torch::kInt64);
  for (int64_t i = 0; i < labels.numel(); ++i) C[labels[i].item<int64_t>()][predicted[i].item<int64_t>()] += 1;
  return C;
}
Tensor probability(const Tensor& z) { return 1 / (1 + (-z.clamp_min(-745)).exp()); }
Tensor logistic_loss(const Tensor& z) { return torch::where(z > 0, (-z.clamp_min(0)).exp().log1p(), z.clamp_max(0).exp().log1p() - z); }
Tensor gaussian_log_odds(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  TORCH_CHECK_VALUE(prior1 > 0 && prior1 < 1 && mean0.dim() == 1 && mean0.sizes() == mean1.sizes(), "means or prior");
  TORCH_CHECK_VALUE(covariance.sizes() == at::IntArrayRef({mean0.size(0), mean0.size(0)}), "covariance");
  const auto L = torch::linalg_cholesky(covariance);
  const auto whiten = [&](const Tensor& v) { return torch::linalg_solve_triangular(L, v.unsqueeze(1), false).squeeze(1); };
  const auto u0 = whiten(mean0), u1 = whiten(mean1);
  const auto w = torch::linalg_solve_triangular(L.t(), (u1 - u0).unsqueeze(1), true).squeeze(1);
  return torch::cat({w, ((u0 - u1).dot(u0 + u1) / 2 + std::log(prior1 / (1 - prior1))).unsqueeze(0)});
}
double bayes_error(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  const auto w = gaussian_log_odds(mean0, mean1, covariance, prior1);
  const auto direction = w.slice(0, 0, mean0.size(0));
  const double width = std::sqrt(direction.dot(covariance.mv(direction)).item<double>());
  const double at0 = score(mean0.unsqueeze(0), w).item<double>(), at1 = score(mean1.unsqueeze(0), w).item<double>();
  if (width < 1e-150) return std::min(prior1, 1 - prior1);
  return ((1 - prior1) * std::erfc(-at0 / width / std::sqrt(2)) + prior1 * std::erfc(at1 / width / std::sqrt(2))) / 2;
}
Perceptron perceptron(const Tensor& X, const Tensor& y, int64_t passes) {
  data_fit(X, y, 2);
  TORCH_CHECK_VALUE(passes > 0, "passes");
  auto w = torch::zeros({X.size(1)}, torch::kFloat64);
  double b = 0;
  int64_t mistakes = 0, since = 0;
  for (int64_t visit = 0; visit < passes * X.size(0); ++visit) {
    const auto i = visit % X.size(0);
    if (i == 0) since = 0;
    const int s = y[i].item<int64_t>() == 1 ? 1 : -1;
    if (s * (X[i].dot(w).item<double>() + b) <= 0) {
      w = w + s * X[i];
      b += s;
      ++mistakes;
      ++since;
    }
    if (i == X.size(0) - 1 && since == 0) break;
  }
  return {torch::cat({w, torch::full({1}, b, torch::kFloat64)}), mistakes, since == 0};
}
double logistic_objective(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  data_fit(X, y, 2);
  TORCH_CHECK_VALUE(w.sizes() == at::IntArrayRef({X.size(1) + 1}) && lambda >= 0, "w or lambda");
  const auto z = score(X, w);
  // −ln of what happened: that of p where y = 1, of 1 − p elsewhere
  return ((y * logistic_loss(z) + (1 - y) * logistic_loss(-z)).mean() + lambda / 2 * only_weights(w).square().sum()).item<double>();
}
Tensor logistic_gradient(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  data_fit(X, y, 2);
  TORCH_CHECK_VALUE(w.sizes() == at::IntArrayRef({X.size(1) + 1}) && lambda >= 0, "w or lambda");
  return pull_back(X, probability(score(X, w)) - y) / X.size(0) + lambda * only_weights(w);
}
Tensor newton_step(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  const auto g = logistic_gradient(X, y, w, lambda);
  const auto z = score(X, w);
  const auto root = (probability(z) * probability(-z) / X.size(0)).sqrt().unsqueeze(1);
  // least squares: rows √c x̃, and √λ for each weight
  const auto rows = torch::cat({root * X, root}, 1);
  const auto penalty = torch::cat({std::sqrt(lambda) * torch::eye(X.size(1), X.options()), torch::zeros({X.size(1), 1}, X.options())}, 1);
  const auto R = std::get<1>(torch::linalg_qr(lambda > 0 ? torch::cat({rows, penalty}) : rows));
  const auto u = torch::linalg_solve_triangular(R.t(), g.unsqueeze(1), false);
  return -torch::linalg_solve_triangular(R, u, true).squeeze(1);
}
/// Levenberg's damping: H + μ, μ by ten up or down.
Tensor fit_logistic(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  data_fit(X, y, 2);
  TORCH_CHECK_VALUE(lambda >= 0 && tolerance > 0, "lambda or tolerance");
  const auto ones = y.sum().item<int64_t>();
  TORCH_CHECK_VALUE(ones > 0 && ones < y.size(0), "one class alone");
  const auto s = 2 * y - 1;
  auto w = torch::zeros({X.size(1) + 1}, X.options());
  double mu = 1e-3;
  auto J = logistic_objective(X, y, w, lambda);
  auto g = logistic_gradient(X, y, w, lambda);
  for (int trial = 0; trial < 3000; ++trial) {
    TORCH_CHECK_VALUE(lambda > 0 || (s * score(X, w)).min().item<double>() <= 0, "separable");
    if (g.abs().max().item<double>() <= tolerance) return w;
    const auto z = score(X, w);
    const auto A = torch::cat({X, torch::ones_like(z).unsqueeze(1)}, 1);
    auto H = (A.t() * (probability(z) * probability(-z))).mm(A) / X.size(0) + lambda * torch::diag(only_weights(torch::ones_like(w)));
    const auto p = -torch::linalg_solve(H + mu * torch::diag(H.diagonal()), g);
    const auto next = w + p;
    const double there = logistic_objective(X, y, next, lambda);
    const auto slope = logistic_gradient(X, y, next, lambda);
    if (there < J || (there <= J * (1 + 1e-12) && slope.norm().item<double>() < g.norm().item<double>())) {
      w = next, J = there, g = slope, mu = std::max(mu / 10, 1e-16);
    } else {
      mu *= 10;
    }
  }
  TORCH_CHECK_VALUE(false, "no convergence");
}
Tensor log_softmax(const Tensor& Z) {
  TORCH_CHECK_VALUE(Z.dim() == 2, "Z");
  auto total = Z.select(1, 0);  // ln(e^a + e^b) = max + ln(1 + e^−|a − b|), class by class
  for (int64_t c = 1; c < Z.size(1); ++c) {
    const auto z = Z.select(1, c);
    total = torch::maximum(total, z) + torch::log1p(torch::exp(-(total - z).abs()));
  }
  return Z - total.unsqueeze(1);
}
Tensor softmax_gradient(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  TORCH_CHECK_VALUE(W.dim() == 2 && X.dim() == 2 && W.size(1) == X.size(1) + 1 && lambda >= 0, "W or lambda");
  data_fit(X, labels, W.size(0));
  auto Z = X.mm(W.slice(1, 0, X.size(1)).t()) + W.select(1, X.size(1));
  auto e = log_softmax(Z).exp();
  e.scatter_add_(1, labels.unsqueeze(1), torch::full({X.size(0), 1}, -1.0, torch::kFloat64));
  std::vector<Tensor> rows;
  for (int64_t c = 0; c < W.size(0); ++c) rows.push_back(pull_back(X, e.select(1, c)) / X.size(0));
  return torch::stack(rows) + lambda * only_weights(W);
}
double softmax_curvature(const Tensor& X, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.numel() > 0 && lambda >= 0, "X or lambda");
  const auto A = torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1);
  const double largest = torch::linalg_matrix_norm(A, 2).item<double>();
  return largest * largest / (2 * X.size(0)) + lambda;
}
Tensor fit_softmax(const Tensor& X, const Tensor& labels, int64_t classes, double lambda, int64_t steps) {
  data_fit(X, labels, classes);
  TORCH_CHECK_VALUE(steps >= 0 && lambda >= 0, "steps or lambda");
  auto W = torch::zeros({classes, X.size(1) + 1}, X.options());
  const double L = softmax_curvature(X, lambda);
  for (; steps > 0; --steps) W -= softmax_gradient(X, labels, W, lambda) / L;
  return W;
}
Tensor nearest_neighbours(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  data_fit(X, labels, std::numeric_limits<int64_t>::max());
  TORCH_CHECK_VALUE(queries.dim() == 2 && queries.size(1) == X.size(1) && 1 <= k && k <= X.size(0), "queries or k");
  const auto n = X.size(0);
  auto called = torch::empty({queries.size(0)}, torch::kInt64);
  const auto* y = labels.data_ptr<int64_t>();
  std::vector<int64_t> order(n);
  for (int64_t i = 0; i < queries.size(0); ++i) {
    const auto distances = (X - queries[i]).square().sum(1);
    const auto* d = distances.data_ptr<double>();
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + k, order.end(),
                      [&](int64_t a, int64_t b) { return d[a] < d[b] || (d[a] == d[b] && a < b); });
    std::vector<int64_t> votes;
    for (int64_t j = 0; j < k; ++j) {
      votes.resize(std::max<size_t>(votes.size(), y[order[j]] + 1));
      ++votes[y[order[j]]];
    }
    called[i] = static_cast<int64_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
  }
  return called;
}
Calibration calibration(const Tensor& probabilities, const Tensor& outcomes, int64_t bins) {
  TORCH_CHECK_VALUE(probabilities.dim() == 1 && bins > 0, "probabilities or bins");
  labels_fit(outcomes, probabilities.size(0), 2);
  TORCH_CHECK_VALUE(!((probabilities < 0) | (probabilities > 1)).any().item<bool>(), "range");
  Calibration found{torch::zeros({bins}, torch::kInt64), torch::zeros({bins}, torch::kFloat64), torch::zeros({bins}, torch::kFloat64), 0};
  const auto scaled = probabilities * bins;
  for (int64_t j = 0; j < bins; ++j) {
    const auto in = ((scaled >= j) & ((scaled < j + 1) | (j == bins - 1))).nonzero().squeeze(1);
    if (in.numel() == 0) continue;
    found.counts[j] = in.numel();
    found.mean_probability[j] = probabilities.index_select(0, in).mean();
    found.fraction[j] = outcomes.index_select(0, in).to(torch::kFloat64).mean();
    found.error += in.numel() * (found.fraction[j] - found.mean_probability[j]).abs().item<double>();
  }
  found.error /= static_cast<double>(probabilities.size(0));
  return found;
}
Roc roc(const Tensor& scores, const Tensor& outcomes) {
  TORCH_CHECK_VALUE(scores.dim() == 1, "scores");
  labels_fit(outcomes, scores.size(0), 2);
  const double ones = outcomes.sum().item<double>(), noughts = static_cast<double>(scores.size(0)) - ones;
  TORCH_CHECK_VALUE(ones > 0 && noughts > 0, "one outcome");
  const auto order = scores.argsort(0, true);
  std::vector<double> x{0}, y{0};
  double fp = 0, tp = 0, area = 0, last = std::numeric_limits<double>::quiet_NaN();
  for (int64_t j = 0; j < scores.size(0); ++j) {
    const auto i = order[j].item<int64_t>();
    const double score = scores[i].item<double>();
    if (score != last) x.push_back(0), y.push_back(0);
    last = score;
    (outcomes[i].item<int64_t>() ? tp : fp) += 1;
    x.back() = fp / noughts, y.back() = tp / ones;
  }
  for (size_t t = 1; t < x.size(); ++t) area += (x[t] - x[t - 1]) * (y[t] + y[t - 1]) / 2;
  return {torch::tensor(x, torch::kFloat64), torch::tensor(y, torch::kFloat64), area};
}
Tensor ising_features(const Tensor& spins) {
  TORCH_CHECK_VALUE(spins.dim() == 3, "spins");
  const auto s = spins.to(torch::kInt64);
  const auto down = torch::arange(1, s.size(1) + 1) % s.size(1), right = torch::arange(1, s.size(2) + 1) % s.size(2);
  const auto bonds = s * (s.index_select(1, down) + s.index_select(2, right));
  const auto sums = torch::stack({s.flatten(1).sum(1).abs(), -bonds.flatten(1).sum(1)}, 1);
  return sums.to(torch::kFloat64) / static_cast<double>(s.size(1) * s.size(2));
}
Tensor softmax_newton_step(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  const auto g = softmax_gradient(X, labels, W, lambda);
  const auto A = torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1);
  const auto p = log_softmax(A.mm(W.t())).exp();
  const auto product = [&](const Tensor& P) {
    const auto z = A.mm(P.t());
    return (p * (z - (p * z).sum(1, true))).t().mm(A) / X.size(0) + lambda * only_weights(P);
  };
  return -conjugate(product, g);
}
}  // namespace classification
