// VARIANT relu
Tensor soft_threshold(const Tensor& z, double t) {
  CHECK_NOT_NEGATIVE(t);
  return torch::relu(z - t) - torch::relu(-z - t);
}
// VARIANT clamp
Tensor soft_threshold(const Tensor& z, double t) {
  CHECK_NOT_NEGATIVE(t);
  return z - z.clamp(-t, t);
}
// VARIANT where
Tensor soft_threshold(const Tensor& z, double t) {
  CHECK_NOT_NEGATIVE(t);
  auto zero = torch::zeros_like(z);
  return torch::where(z > t, z - t, torch::where(z < -t, z + t, zero));
}
// VARIANT sign
Tensor soft_threshold(const Tensor& z, double t) {
  CHECK_NOT_NEGATIVE(t);
  Tensor shrunk = torch::maximum(torch::abs(z) - t, torch::zeros_like(z));
  return torch::sign(z) * shrunk;
}
// VARIANT elements
Tensor soft_threshold(const Tensor& z, double t) {
  CHECK_NOT_NEGATIVE(t);
  Tensor out = z.contiguous().clone();
  double* p = out.data_ptr<double>();
  for (int64_t i = 0; i < out.numel(); ++i) {
    if (p[i] > t) {
      p[i] -= t;
    } else if (p[i] < -t) {
      p[i] += t;
    } else {
      p[i] = 0;
    }
  }
  return out;
}
