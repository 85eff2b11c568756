// VARIANT broadcast
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  CHECK_VECTOR(x);
  CHECK_NOT_NEGATIVE(degree);
  auto exponents = torch::arange(0, degree + 1, torch::kFloat64);
  return torch::pow(x.view({-1, 1}), exponents.view({1, -1}));
}
// VARIANT columns
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  CHECK_VECTOR(x);
  CHECK_NOT_NEGATIVE(degree);
  std::vector<Tensor> columns;
  Tensor column = torch::ones_like(x);
  for (int64_t k = 0; k <= degree; k++) {
    columns.push_back(column);
    column = column * x;  // the next power
  }
  return torch::stack(columns, 1);
}
// VARIANT cumprod
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  CHECK_VECTOR(x);
  CHECK_NOT_NEGATIVE(degree);
  const auto n = x.numel();
  if (degree == 0) return x.new_ones({n, 1});
  const auto repeated = x.unsqueeze(-1).expand({n, degree});
  return torch::hstack({x.new_ones({n, 1}), torch::cumprod(repeated, 1)});
}
// VARIANT elements
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  CHECK_NOT_NEGATIVE(degree);
  CHECK_VECTOR(x);
  Tensor A = torch::empty({x.size(0), degree + 1}, torch::kFloat64);
  auto in = x.accessor<double, 1>();
  auto out = A.accessor<double, 2>();
  for (int64_t i = 0; i < x.size(0); ++i) {
    out[i][0] = 1.0;
    for (int64_t k = 1; k <= degree; ++k) out[i][k] = out[i][k - 1] * in[i];
  }
  return A;
}
// VARIANT select
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  CHECK_VECTOR(x);
  CHECK_NOT_NEGATIVE(degree);
  Tensor result = torch::ones({x.size(0), degree + 1}, x.options());
  int64_t power = 1;
  while (power <= degree) {
    result.select(1, power).copy_(result.select(1, power - 1) * x);
    power++;
  }
  return result;
}
