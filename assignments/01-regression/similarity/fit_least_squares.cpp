// VARIANT back_substitution
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  CHECK_DATA(A, y);
  CHECK_TALL(A);
  const int64_t d = A.size(1);
  Tensor length = A.pow(2).sum(0).sqrt();
  length = torch::where(length == 0, torch::ones_like(length), length);
  auto qr = torch::linalg_qr(A / length);
  Tensor R = std::get<1>(qr), c = torch::mv(std::get<0>(qr).t(), y);
  for (int64_t j = 0; j < d; ++j) {
    const double pivot = std::abs(R[j][j].item<double>());
    TORCH_CHECK_VALUE(pivot > A.size(0) * std::pow(2.0, -52), "dependent column, pivot ", pivot);
  }
  Tensor w = torch::zeros({d}, torch::kFloat64);
  for (int64_t i = d - 1; i >= 0; --i) {
    Tensor sum = c[i].clone();
    for (int64_t k = i + 1; k < d; ++k) sum -= R[i][k] * w[k];
    w[i] = sum / R[i][i];
  }
  return w / length;
}
// VARIANT augmented
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  CHECK_DATA(A, y);
  CHECK_TALL(A);
  const auto n = A.size(0), d = A.size(1);
  const auto s = A.norm(2, 0).clamp_min(1e-300);
  // R of [A y]: its last column is what Q'y would be
  const auto R = std::get<1>(torch::linalg_qr(torch::cat({A / s, y.unsqueeze(1)}, 1), "r"));
  const auto top = R.slice(0, 0, d).slice(1, 0, d);
  const auto diagonal = torch::diagonal(top).abs();
  TORCH_CHECK_VALUE(!(diagonal <= n * std::numeric_limits<double>::epsilon()).any().item<bool>(),
                    "A has dependent columns: ", diagonal);
  const auto rhs = R.slice(0, 0, d).slice(1, d, d + 1);
  return torch::linalg_solve_triangular(top, rhs, true).flatten().div(s);
}
// VARIANT gram_schmidt
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  CHECK_DATA(A, y);
  CHECK_TALL(A);
  Tensor Q = A.clone(), R = torch::zeros({A.size(1), A.size(1)}, torch::kFloat64);
  std::vector<double> scale;
  for (int64_t j = 0; j < A.size(1); ++j) {
    double norm = Q.select(1, j).norm().item<double>();
    scale.push_back(norm > 0 ? norm : 1.0);
    Q.select(1, j).div_(scale.back());
    Tensor v = Q.select(1, j);
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough
      for (int64_t i = 0; i < j; ++i) {
        Tensor h = Q.select(1, i).dot(v);
        R[i][j] += h;
        v.sub_(h * Q.select(1, i));
      }
    }
    double left = v.norm().item<double>();
    TORCH_CHECK_VALUE(left > A.size(0) * std::numeric_limits<double>::epsilon(), "column ", j,
                      " depends on those before it");
    R[j][j] = left;
    v.div_(left);
  }
  Tensor w = torch::linalg_solve_triangular(R, Q.t().mm(y.view({-1, 1})), true).view(-1);
  return w / torch::tensor(scale, torch::kFloat64);
}
// VARIANT householder
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  CHECK_TALL(A);
  CHECK_DATA(A, y);
  const auto rows = A.size(0);
  const auto cols = A.size(1);
  auto norms = torch::linalg_vector_norm(A, 2, 0, true);
  norms.masked_fill_(norms == 0, 1.0);
  auto M = torch::column_stack({A / norms, y}).contiguous();
  for (int64_t k = 0; k < cols; ++k) {
    auto v = M.slice(0, k).select(1, k).clone();
    const double alpha = v.norm().item<double>();
    TORCH_CHECK_VALUE(alpha > rows * std::numeric_limits<double>::epsilon(), "rank ", k, " of ", cols);
    v[0] += v[0].item<double>() < 0 ? -alpha : alpha;
    v /= v.norm();
    auto block = M.slice(0, k).slice(1, k);
    block.sub_(2 * torch::outer(v, torch::matmul(v, block)));
  }
  auto w = torch::linalg_solve_triangular(M.slice(0, 0, cols).slice(1, 0, cols), M.slice(0, 0, cols).slice(1, cols),
                                          /*upper=*/true);
  return w.squeeze(1) / norms.squeeze(0);
}
// VARIANT svd
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  CHECK_DATA(A, y);
  CHECK_TALL(A);
  Tensor column_norms = torch::sqrt(torch::sum(A * A, 0));
  for (int64_t j = 0; j < A.size(1); ++j) {
    TORCH_CHECK_VALUE(column_norms[j].item<double>() > 0, "column ", j, " is zero");
  }
  Tensor scaled = torch::div(A, column_norms);
  auto [U, S, Vh] = torch::linalg_svd(scaled, false);
  // the QR's diagonal tells whether the columns are independent
  Tensor R = std::get<1>(torch::linalg_qr(scaled, "r"));
  bool full_rank = torch::all(torch::abs(torch::diag(R)) > A.size(0) * 2.220446049250313e-16).item<bool>();
  TORCH_CHECK_VALUE(full_rank, "A does not have full column rank, singular values ", S);
  Tensor coefficients = Vh.t().matmul(U.t().matmul(y) / S);
  return coefficients / column_norms;
}
