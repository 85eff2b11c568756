// broadcasting and einsum; the perceptron by counts, Newton as weighted least squares, neighbours by a stable sort
#include "classification.h"
namespace classification {
using namespace torch;
namespace {
Tensor onehot(const Tensor& y, int64_t k) { return (y.unsqueeze(-1) == torch::arange(k)).to(kDouble); }
void fits(const Tensor& X, const Tensor& y, int64_t k) {
  TORCH_CHECK(X.dim() == 2 && X.size(0) > 0 && X.size(1) > 0, "X");
  TORCH_CHECK(y.dim() == 1 && y.size(0) == X.size(0) && y.scalar_type() == kLong, "y");
  TORCH_CHECK(!(y < 0).any().item<bool>() && !(y >= k).any().item<bool>(), "label");
}
Tensor ones_last(const Tensor& X) { return torch::hstack({X, torch::ones({X.size(0), 1}, kDouble)}); }
void binary(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  fits(X, y, 2);
  TORCH_CHECK(w.dim() == 1 && w.numel() == X.size(1) + 1 && lambda >= 0, "w or lambda");
}
Tensor free_last(const Tensor& w) { return torch::cat({w.narrow(-1, 0, w.size(-1) - 1), torch::zeros_like(w.narrow(-1, 0, 1))}, -1); }
}  // namespace
Tensor confusion_matrix(const Tensor& labels, const Tensor& predicted, int64_t classes) {
  TORCH_CHECK(classes > 0 && labels.dim() == 1 && labels.sizes() == predicted.sizes(), "shapes");
  for (const auto& v : {labels, predicted}) TORCH_CHECK(v.scalar_type() == kLong && v.ge(0).all().item<bool>() && v.lt(classes).all().item<bool>(), "range");
  return onehot(labels, classes).t().mm(onehot(predicted, classes)).to(kLong);
}
Tensor probability(const Tensor& z) {
  const auto positive = 1 / (1 + torch::exp(-z.clamp_min(0))), e = torch::exp(z.clamp_max(0));
  return torch::where(z > 0, positive, e / (1 + e));
}
Tensor logistic_loss(const Tensor& z) { return torch::relu(-z) + torch::log1p(torch::exp(-torch::abs(z))); }
Tensor gaussian_log_odds(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  TORCH_CHECK(mean0.dim() == 1 && mean0.sizes() == mean1.sizes() && covariance.dim() == 2 && covariance.size(0) == mean0.size(0) && covariance.size(1) == mean0.size(0), "shapes");
  TORCH_CHECK(0 < prior1 && prior1 < 1, "prior");
  TORCH_CHECK(torch::linalg_eigvalsh(covariance).min().item<double>() > 0, "not positive definite");
  const auto inverse = torch::linalg_inv(covariance);
  const auto w = inverse.mv(mean1) - inverse.mv(mean0);
  const auto b = (mean0.dot(inverse.mv(mean0)) - mean1.dot(inverse.mv(mean1))) / 2 + std::log(prior1) - std::log1p(-prior1);
  return torch::cat({w, b.view({1})});
}
double bayes_error(const Tensor& mean0, const Tensor& mean1, const Tensor& covariance, double prior1) {
  const auto w = gaussian_log_odds(mean0, mean1, covariance, prior1).narrow(0, 0, mean0.size(0));
  const double squared = (mean1 - mean0).dot(w).item<double>();
  if (squared <= 0) return prior1 < 0.5 ? prior1 : 1 - prior1;
  const auto odds = torch::tensor({-std::log(prior1 / (1 - prior1)), std::log(prior1 / (1 - prior1))}, kDouble);
  const auto tails = torch::erfc((squared / 2 - odds) / std::sqrt(2 * squared)) / 2;
  return (tails[1] * (1 - prior1) + tails[0] * prior1).item<double>();
}
// how often each row corrected: the weights are sums of rows
Perceptron perceptron(const Tensor& X, const Tensor& y, int64_t passes) {
  fits(X, y, 2);
  TORCH_CHECK(passes > 0, "passes");
  const auto rows = ones_last(X) * (y * 2 - 1).unsqueeze(1);
  const auto gram = rows.mm(rows.t());
  auto counts = torch::zeros({X.size(0)}, kDouble);
  bool clean = false;
  while (passes-- && !clean) {
    clean = true;
    for (int64_t i = 0; i < X.size(0); ++i)
      if (gram[i].dot(counts).item<double>() <= 0) counts[i] += 1, clean = false;
  }
  return {counts.matmul(rows), counts.sum().to(kLong).item<int64_t>(), clean};
}
double logistic_objective(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  binary(X, y, w, lambda);
  const auto z = torch::einsum("ij,j->i", {ones_last(X), w});
  return (logistic_loss(torch::where(y == 1, z, -z)).sum() / X.size(0) + lambda * free_last(w).dot(w) / 2).item<double>();
}
Tensor logistic_gradient(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  binary(X, y, w, lambda);
  const auto A = ones_last(X);
  return torch::einsum("i,ij->j", {probability(A.mv(w)) - y, A}) / X.size(0) + lambda * free_last(w);
}
Tensor newton_step(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  const auto g = logistic_gradient(X, y, w, lambda);
  const auto A = ones_last(X), p = probability(A.mv(w));
  auto H = torch::einsum("i,ij,ik->jk", {p * (1 - p), A, A}) / X.size(0);
  H = H + lambda * torch::diag(free_last(torch::ones_like(w)));
  const auto scale = H.diagonal().sqrt();
  const auto L = torch::linalg_cholesky(H / torch::outer(scale, scale));
  return torch::cholesky_solve(-(g / scale).unsqueeze(1), L).squeeze(1) / scale;
}
// halves the step until the slope along it has lost some of its size or the objective has fallen
Tensor fit_logistic(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  fits(X, y, 2);
  TORCH_CHECK(lambda >= 0 && tolerance > 0 && y.sum().item<int64_t>() % y.size(0) != 0, "no minimum, or arguments");
  auto w = torch::zeros({X.size(1) + 1}, kDouble);
  w[-1] = std::log(y.sum().item<double>() / (1 - y).sum().item<double>());
  for (int i = 0; i < 500; ++i) {
    const auto g = logistic_gradient(X, y, w, lambda);
    if (lambda == 0) TORCH_CHECK((ones_last(X).mv(w) * (2 * y - 1)).le(0).any().item<bool>(), "separable");
    if (g.abs().max().item<double>() <= tolerance) return w;
    auto p = newton_step(X, y, w, lambda);
    const double before = logistic_objective(X, y, w, lambda);
    for (int h = 0; h < 50; ++h, p = p / 2) {
      const auto next = w + p;
      if (logistic_objective(X, y, next, lambda) < before) break;
      if (logistic_gradient(X, y, next, lambda).norm().item<double>() < g.norm().item<double>()) break;
    }
    w = w + p;
  }
  TORCH_CHECK(false, "no convergence");
}
Tensor log_softmax(const Tensor& Z) {
  TORCH_CHECK(Z.dim() == 2, "Z");
  const auto others = Z.unsqueeze(1) - Z.unsqueeze(2);  // (n, k, k): ln p_c = −ln Σ e^{z_c' − z_c}
  const auto top = others.amax(2, true);
  return -(top.squeeze(2) + (others - top).exp().sum(2).log());
}
Tensor softmax_gradient(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  TORCH_CHECK(W.dim() == 2 && lambda >= 0, "W or lambda");
  fits(X, labels, W.size(0));
  TORCH_CHECK(W.size(1) == X.size(1) + 1, "W");
  const auto A = ones_last(X);
  const auto p = torch::exp(log_softmax(torch::einsum("nj,cj->nc", {A, W})));
  return torch::einsum("nc,nj->cj", {p - onehot(labels, W.size(0)), A}) / X.size(0) + lambda * free_last(W);
}
double softmax_curvature(const Tensor& X, double lambda) {
  TORCH_CHECK(X.dim() == 2 && X.numel() > 0 && lambda >= 0, "X or lambda");
  return torch::linalg_svdvals(ones_last(X)).max().pow(2).item<double>() / X.size(0) / 2 + lambda;
}
Tensor fit_softmax(const Tensor& X, const Tensor& labels, int64_t classes, double lambda, int64_t steps) {
  fits(X, labels, classes);
  TORCH_CHECK(steps >= 0 && lambda >= 0, "steps or lambda");
  const double rate = 1 / softmax_curvature(X, lambda);
  auto W = torch::zeros({classes, X.size(1) + 1}, kDouble);
  for (int64_t t = 0; t < steps; ++t) W = torch::sub(W, softmax_gradient(X, labels, W, lambda), rate);
  return W;
}
Tensor nearest_neighbours(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  fits(X, labels, INT64_MAX);
  TORCH_CHECK(queries.dim() == 2 && queries.size(1) == X.size(1) && k >= 1 && k <= X.size(0), "queries or k");
  std::vector<Tensor> all;
  const auto y = onehot(labels, labels.max().item<int64_t>() + 1);
  for (const auto& part : queries.split(100)) {
    auto d = torch::zeros({part.size(0), X.size(0)}, kDouble);
    for (int64_t j = 0; j < X.size(1); ++j) d += (part.select(1, j).unsqueeze(1) - X.select(1, j)).square();
    const auto order = std::get<1>(d.sort(/*stable=*/true, 1, false)).narrow(1, 0, k);
    const auto votes = y.index_select(0, order.reshape({-1})).view({part.size(0), k, -1}).sum(1);
    all.push_back((votes - torch::arange(votes.size(1)) * 1e-6).argmax(1));
  }
  return torch::cat(all);
}
Calibration calibration(const Tensor& probabilities, const Tensor& outcomes, int64_t bins) {
  fits(probabilities.unsqueeze(-1), outcomes, 2);
  TORCH_CHECK(bins >= 1 && probabilities.min().item<double>() >= 0 && probabilities.max().item<double>() <= 1, "range");
  const auto bin = torch::minimum((probabilities * bins).to(kLong), torch::full_like(outcomes, bins - 1));
  const auto in = onehot(bin, bins);
  const auto n = in.sum(0), safe = torch::where(n > 0, n, torch::ones_like(n));
  const auto mean = probabilities.matmul(in) / safe, fraction = outcomes.to(kDouble).matmul(in) / safe;
  return {n.to(kLong), mean, fraction, n.dot((mean - fraction).abs()).item<double>() / probabilities.numel()};
}
Roc roc(const Tensor& scores, const Tensor& outcomes) {
  fits(scores.unsqueeze(-1), outcomes, 2);
  const auto ones = scores.masked_select(outcomes == 1), noughts = scores.masked_select(outcomes == 0);
  TORCH_CHECK(ones.numel() > 0 && noughts.numel() > 0, "one outcome");
  const auto levels = std::get<0>(torch::_unique2(scores, true)).flip(0).unsqueeze(1);
  const auto rate = [&](const Tensor& part) {
    return torch::cat({torch::zeros({1}, kDouble), (part >= levels).to(kDouble).mean(1)});
  };
  const auto difference = ones.unsqueeze(1) - noughts;
  return {rate(noughts), rate(ones), (difference.sign() / 2 + 0.5).mean().item<double>()};
}
Tensor ising_features(const Tensor& spins) {
  TORCH_CHECK(spins.dim() == 3, "spins");
  const auto s = spins.to(kDouble);
  const double sites = s.size(1) * s.size(2);
  const auto wrapped = torch::cat({s, s.narrow(1, 0, 1)}, 1), round = torch::cat({s, s.narrow(2, 0, 1)}, 2);
  const auto bonds = (wrapped.narrow(1, 1, s.size(1)) * s).sum({1, 2}) + (round.narrow(2, 1, s.size(2)) * s).sum({1, 2});
  return torch::stack({s.sum({1, 2}).abs() / sites, -bonds / sites}, 1);
}
Tensor softmax_newton_step(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  const auto g = softmax_gradient(X, labels, W, lambda);
  const auto k = W.size(0), D = W.size(1);
  const auto A = ones_last(X), p = log_softmax(A.mm(W.t())).exp();
  const auto covariance = torch::diag_embed(p) - torch::einsum("na,nc->nac", {p, p});
  auto H = torch::einsum("nac,nj,nl->ajcl", {covariance, A, A}) / X.size(0);
  H = H + lambda * torch::einsum("ac,jl->ajcl", {torch::eye(k, kDouble), torch::diag(free_last(torch::ones({D}, kDouble)))});
  const auto inverse = torch::linalg_pinv(H.reshape({k * D, k * D}), 1e-11, /*hermitian=*/true);
  return -inverse.matmul(g.reshape({-1})).view({k, D});
}
}  // namespace classification
