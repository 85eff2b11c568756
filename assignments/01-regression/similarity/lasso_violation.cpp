// VARIANT loop
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  CHECK_DATA(X, y);
  CHECK_LENGTH(w, X.size(1) + 1);
  CHECK_NOT_NEGATIVE(lambda);
  int64_t n = X.size(0), d = X.size(1);
  Tensor r = y - torch::mv(X, w.slice(0, 0, d)) - w[d];
  double worst = std::abs(r.mean().item<double>());
  for (int64_t j = 0; j < d; ++j) {
    double g = X.select(1, j).dot(r).item<double>() / n;
    double wj = w[j].item<double>();
    double violation;
    if (wj > 0)
      violation = std::abs(g - lambda);
    else if (wj < 0)
      violation = std::abs(g + lambda);
    else
      violation = std::max(std::abs(g) - lambda, 0.0);
    worst = std::max(worst, violation);
  }
  return worst;
}
// VARIANT where
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_DATA(X, y);
  CHECK_LENGTH(w, X.size(1) + 1);
  auto beta = w.narrow(0, 0, X.size(1));
  auto intercept = w[X.size(1)];
  auto error = y - (torch::matmul(X, beta) + intercept);
  auto correlation = torch::matmul(error, X) / X.size(0);
  auto kkt = torch::where(beta.eq(0), torch::relu(torch::abs(correlation) - lambda),
                          torch::abs(correlation - torch::sign(beta) * lambda));
  return std::max(kkt.max().item<double>(), error.mean().abs().item<double>());
}
// VARIANT split
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  CHECK_DATA(X, y);
  CHECK_LENGTH(w, X.size(1) + 1);
  CHECK_NOT_NEGATIVE(lambda);
  const auto features = X.size(1);
  const auto coefficients = w.slice(0, 0, features);
  const auto residuals = y.sub(X.mv(coefficients)).sub(w[features]);
  const auto gradient = X.t().mv(residuals).div(X.size(0));
  const auto nonzero = coefficients != 0;
  const auto at_rest = gradient.masked_select(~nonzero).abs().sub(lambda);
  const auto moving =
      gradient.masked_select(nonzero).sub(coefficients.masked_select(nonzero).sgn().mul(lambda)).abs();
  const auto all = torch::cat({at_rest, moving, residuals.mean().abs().view(1), torch::zeros({1}, X.options())});
  return all.max().item<double>();
}
// VARIANT pairs
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  CHECK_DATA(X, y);
  CHECK_LENGTH(w, X.size(1) + 1);
  CHECK_NOT_NEGATIVE(lambda);
  // the intercept is a feature without penalty
  Tensor ones = torch::ones({X.size(0), 1}, torch::kFloat64);
  Tensor design = torch::cat({X, ones}, 1);
  Tensor score = torch::matmul(design.t(), y - torch::matmul(design, w)) / X.size(0);
  std::vector<double> violations{std::fabs(score[-1].item<double>())};
  for (int64_t j = 0; j + 1 < score.size(0); ++j) {
    const double slope = w[j].item<double>(), s = score[j].item<double>();
    if (slope == 0.0) {
      if (std::fabs(s) > lambda) violations.push_back(std::fabs(s) - lambda);
      continue;
    }
    violations.push_back(std::fabs(s - std::copysign(lambda, slope)));
  }
  return *std::max_element(violations.begin(), violations.end());
}
