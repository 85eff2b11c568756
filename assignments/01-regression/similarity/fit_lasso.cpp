// VARIANT residual
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_POSITIVE(tolerance);
  int64_t n = X.size(0), d = X.size(1);
  Tensor mu = X.mean(0), Z = X - mu;
  Tensor r = y - y.mean();
  Tensor w = torch::zeros({d}, torch::kFloat64);
  Tensor squares = (Z * Z).sum(0) / n;
  for (int iteration = 0; iteration < 2000; iteration++) {
    for (int64_t j = 0; j < d; j++) {
      if (squares[j].item<double>() == 0) continue;
      Tensor z = Z.select(1, j);
      Tensor rho = z.dot(r) / n + squares[j] * w[j];
      Tensor updated = soft_threshold(rho, lambda) / squares[j];
      r = r - z * (updated - w[j]);
      w[j] = updated;
    }
    Tensor b = y.mean() - mu.dot(w);
    Tensor full = torch::cat({w, b.view({1})});
    if (lasso_violation(X, y, full, lambda) <= tolerance) return full;
  }
  TORCH_CHECK_VALUE(false, "no convergence in 2000 sweeps, tolerance ", tolerance);
}
// VARIANT doubles
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  CHECK_POSITIVE(tolerance);
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_DATA(X, y);
  const auto centre = X.mean(0);
  const auto D = (X - centre).contiguous();
  const auto G = (D.t().mm(D) / X.size(0)).contiguous();
  const auto q = (D.t().mv(y - y.mean()) / X.size(0)).contiguous();
  const auto g = G.accessor<double, 2>();
  const auto c = q.accessor<double, 1>();
  const int64_t p = X.size(1);
  std::vector<double> beta(p, 0.0);
  int sweeps = 0;
  while (sweeps++ < 2000) {
    for (int64_t j = 0; j < p; ++j) {
      double pull = c[j];
      for (int64_t k = 0; k < p; ++k) {
        if (k != j) pull -= g[j][k] * beta[k];
      }
      const double shrunk = std::max(std::fabs(pull) - lambda, 0.0);
      beta[j] = g[j][j] > 0 ? std::copysign(shrunk, pull) / g[j][j] : 0.0;
      if (shrunk == 0) beta[j] = 0;
    }
    const auto slopes = torch::tensor(beta, torch::kFloat64);
    const auto candidate = torch::hstack({slopes, (y.mean() - centre.dot(slopes)).reshape({1})});
    if (lasso_violation(X, y, candidate, lambda) <= tolerance) return candidate;
  }
  TORCH_CHECK_VALUE(false, "the tolerance ", tolerance, " was not reached");
}
// VARIANT with_intercept
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_POSITIVE(tolerance);
  const auto n = static_cast<double>(X.size(0));
  const auto last = X.size(1);
  const auto mean = X.mean(0);
  const auto variance = X.var(0, /*unbiased=*/false);
  auto solution = torch::zeros({last + 1}, X.options());
  solution[last] = y.mean();
  auto residual = y - y.mean();
  for (int64_t round = 1; lasso_violation(X, y, solution, lambda) > tolerance; ++round) {
    TORCH_CHECK_VALUE(round <= 2000, "2000 rounds are not enough for ", tolerance);
    for (int64_t feature = 0; feature < last; ++feature) {
      const double v = variance[feature].item<double>();
      if (v == 0.0) continue;
      const auto column = X.select(1, feature) - mean[feature];
      const double old = solution[feature].item<double>();
      const double partial = torch::dot(column, residual).item<double>() / n + v * old;
      double fresh = 0.0;
      if (partial > lambda) fresh = (partial - lambda) / v;
      if (partial < -lambda) fresh = (partial + lambda) / v;
      residual.sub_(column, fresh - old);
      solution[feature] = fresh;
    }
    solution[last] = (y - X.matmul(solution.slice(0, 0, last))).mean();
  }
  return solution;
}
// VARIANT functions
double coordinate_update(const Tensor& gram, const Tensor& moments, const Tensor& w, int64_t j, double lambda) {
  Tensor others = w.clone();
  others[j] = 0;
  Tensor rest = moments[j] - torch::dot(gram[j], others);
  return (soft_threshold(rest, lambda) / gram[j][j]).item<double>();
}
Tensor with_bias(const Tensor& X, const Tensor& y, const Tensor& w) {
  Tensor bias = torch::mean(y - torch::mv(X, w));
  return torch::cat({w, bias.unsqueeze(0)}, 0);
}
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_POSITIVE(tolerance);
  Tensor shifted = X - X.mean(0, true);
  Tensor gram = torch::mm(shifted.t(), shifted) / X.size(0);
  Tensor moments = torch::mv(shifted.t(), y) / X.size(0);
  Tensor w = torch::zeros_like(moments);
  bool converged = false;
  for (int sweep = 0; sweep < 2000 && !converged; ++sweep) {
    for (int64_t j = 0; j < w.numel(); ++j) {
      if (gram[j][j].item<double>() > 0) w[j] = coordinate_update(gram, moments, w, j, lambda);
    }
    converged = lasso_violation(X, y, with_bias(X, y, w), lambda) <= tolerance;
  }
  TORCH_CHECK_VALUE(converged, "did not converge to ", tolerance, " in 2000 sweeps");
  return with_bias(X, y, w);
}
