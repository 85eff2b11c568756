// VARIANT eigvalsh
double optimal_step(const Tensor& A) {
  CHECK_MATRIX(A);
  Tensor hessian = torch::mm(A.t(), A) / static_cast<double>(A.size(0));
  Tensor eigenvalues = torch::linalg_eigvalsh(hessian);
  double smallest = eigenvalues[0].item<double>();
  double largest = eigenvalues[-1].item<double>();
  return 2.0 / (smallest + largest);
}
// VARIANT svdvals
double optimal_step(const Tensor& A) {
  CHECK_MATRIX(A);
  const auto s = torch::linalg_svdvals(A);
  const double top = std::pow(s.max().item<double>(), 2);
  // fewer points than features: the Hessian is singular
  const double bottom = A.size(0) < A.size(1) ? 0.0 : std::pow(s.min().item<double>(), 2);
  return 2.0 * A.size(0) / (top + bottom);
}
// VARIANT eigh
double optimal_step(const Tensor& A) {
  CHECK_MATRIX(A);
  const int64_t n = A.size(0);
  auto [values, vectors] = torch::linalg_eigh(A.transpose(0, 1).matmul(A).div(n));
  return 2 / torch::add(torch::amin(values), torch::amax(values)).item<double>();
}
// VARIANT norms
double optimal_step(const Tensor& A) {
  CHECK_MATRIX(A);
  Tensor H = torch::einsum("ni,nj->ij", {A, A}) / A.size(0);
  const double l_max = torch::linalg_matrix_norm(H, 2).item<double>();
  const double l_min = torch::linalg_matrix_norm(H, -2).item<double>();
  double result = 2.0;
  result /= l_min + l_max;
  return result;
}
