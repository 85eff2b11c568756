// VARIANT list
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  CHECK_DATA(A, y);
  CHECK_LENGTH(w0, A.size(1));
  CHECK_POSITIVE(step);
  CHECK_NOT_NEGATIVE(steps);
  std::vector<Tensor> iterates = {w0};
  Tensor w = w0;
  for (int64_t i = 0; i < steps; i++) {
    Tensor r = torch::mv(A, w) - y;
    w = w - step / A.size(0) * torch::mv(A.t(), r);
    iterates.push_back(w);
  }
  return torch::stack(iterates, 0);
}
// VARIANT preallocated
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  CHECK_DATA(A, y);
  CHECK_LENGTH(w0, A.size(1));
  CHECK_NOT_NEGATIVE(steps);
  CHECK_POSITIVE(step);
  const double n = A.size(0);
  auto history = torch::empty({steps + 1, w0.size(0)}, w0.options());
  history[0].copy_(w0);
  for (int64_t t = 1; t <= steps; ++t) {
    const auto previous = history[t - 1];
    const auto grad = (A.matmul(previous) - y).matmul(A) / n;
    history[t].copy_(previous - grad * step);
  }
  return history;
}
// VARIANT gram
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  CHECK_POSITIVE(step);
  CHECK_NOT_NEGATIVE(steps);
  CHECK_DATA(A, y);
  CHECK_LENGTH(w0, A.size(1));
  // the loss is quadratic: its gradient is H w - c
  const Tensor H = torch::matmul(A.t(), A).div(A.size(0));
  const Tensor c = torch::matmul(A.t(), y).div(A.size(0));
  Tensor current = w0.clone();
  std::vector<Tensor> rows;
  rows.reserve(static_cast<size_t>(steps) + 1);
  rows.emplace_back(current.clone());
  int64_t done = 0;
  while (done < steps) {
    current.sub_(step * (H.mv(current) - c));
    rows.emplace_back(current.clone());
    ++done;
  }
  return torch::stack(rows);
}
// VARIANT lambda
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  CHECK_DATA(A, y);
  CHECK_LENGTH(w0, A.size(1));
  CHECK_POSITIVE(step);
  CHECK_NOT_NEGATIVE(steps);
  const auto gradient = [&A, &y](const Tensor& w) {
    return A.transpose(0, 1).matmul(A.matmul(w).sub(y)).mul(1.0 / static_cast<double>(A.size(0)));
  };
  Tensor path = w0.unsqueeze(0);
  for (int64_t remaining = steps; remaining > 0; --remaining) {
    const Tensor last = path[-1];
    path = torch::cat({path, (last - step * gradient(last)).unsqueeze(0)});
  }
  return path;
}
