// VARIANT augmented
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  int64_t n = X.size(0), d = X.size(1);
  Tensor mu = X.mean(0, true);
  Tensor Z = torch::vstack({X - mu, torch::eye(d, torch::kFloat64) * std::sqrt(n * lambda)});
  Tensor target = torch::hstack({y - y.mean(), torch::zeros({d}, torch::kFloat64)});
  Tensor w = fit_least_squares(Z, target);
  Tensor b = y.mean() - torch::dot(mu.view(-1), w);
  return torch::hstack({w, b});
}
// VARIANT cholesky
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  const auto count = X.size(0);
  const auto ones = torch::ones({count, 1}, X.options());
  if (lambda == 0) return fit_least_squares(torch::cat({X, ones}, 1), y);
  const auto centre = X.mean(0);
  const auto deviations = X - centre;
  auto covariance = deviations.t().mm(deviations).div(count);
  covariance.diagonal().add_(lambda);
  const auto L = torch::linalg_cholesky(covariance);
  const auto moment = deviations.t().mv(y - y.mean()).div(count).unsqueeze(-1);
  const auto half = torch::linalg_solve_triangular(L, moment, false);
  const auto slopes = torch::linalg_solve_triangular(L.t(), half, true).squeeze(-1);
  const auto intercept = y.mean() - (centre * slopes).sum();
  return torch::cat({slopes, intercept.view({1})});
}
// VARIANT svd
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  CHECK_NOT_NEGATIVE(lambda);
  CHECK_DATA(X, y);
  const double n = static_cast<double>(X.size(0));
  const Tensor x_bar = torch::mean(X, 0);
  const Tensor y_bar = torch::mean(y);
  Tensor w;
  if (lambda > 0) {
    auto [U, sigma, Vt] = torch::linalg_svd(X - x_bar, /*full_matrices=*/false);
    Tensor shrink = sigma / (sigma * sigma + n * lambda);
    w = torch::matmul(Vt.transpose(0, 1), shrink * torch::matmul(U.transpose(0, 1), y - y_bar));
  } else {
    w = fit_least_squares(X - x_bar, y - y_bar);
  }
  Tensor bias = y_bar - torch::matmul(x_bar, w);
  return torch::cat({w, bias.reshape({1})}, 0);
}
// VARIANT dual
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  auto m = X.mean(0);
  auto Xc = X - m.unsqueeze(0);
  auto yc = (y - y.mean()).unsqueeze(1);
  if (lambda == 0.0) {
    auto w0 = fit_least_squares(Xc, yc.squeeze(1));
    return torch::cat({w0, torch::unsqueeze(y.mean() - m.dot(w0), 0)});
  }
  // w = X'(XX' + n lambda)^-1 y = (X'X + n lambda)^-1 X'y: eigenvectors of the smaller matrix
  const bool wide = X.size(0) < X.size(1);
  auto [values, vectors] = torch::linalg_eigh(wide ? Xc.matmul(Xc.t()) : Xc.t().matmul(Xc));
  auto projected = vectors.t().matmul(wide ? yc : Xc.t().matmul(yc));
  auto solved = vectors.matmul(projected / (values.unsqueeze(1) + lambda * X.size(0)));
  auto w = (wide ? Xc.t().matmul(solved) : solved).squeeze(1);
  return torch::cat({w, torch::unsqueeze(y.mean() - m.dot(w), 0)});
}
// VARIANT one_system
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  CHECK_DATA(X, y);
  CHECK_NOT_NEGATIVE(lambda);
  const int64_t n = X.size(0);
  const int64_t d = X.size(1);
  Tensor A = torch::zeros({n + d, d + 1}, X.options());
  A.slice(0, 0, n).slice(1, 0, d).copy_(X);
  A.slice(0, 0, n).select(1, d).fill_(1.0);  // the intercept's column has no penalty
  for (int64_t j = 0; j < d; ++j) A[n + j][j] = std::sqrt(lambda * static_cast<double>(n));
  Tensor rhs = torch::zeros({n + d}, X.options());
  rhs.slice(0, 0, n).copy_(y);
  return fit_least_squares(A, rhs);
}
