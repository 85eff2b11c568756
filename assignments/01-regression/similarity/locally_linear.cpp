// VARIANT queries
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double bandwidth) {
  CHECK_VECTOR(queries);
  CHECK_VECTOR(x);
  CHECK_DATA(x.unsqueeze(1), y);
  CHECK_POSITIVE(bandwidth);
  CHECK_SPREAD(x);
  Tensor result = torch::empty_like(queries);
  for (int64_t i = 0; i < queries.size(0); ++i) {
    Tensor u = (x - queries[i]) / bandwidth;
    Tensor logw = -0.5 * u * u;
    Tensor k = torch::exp(logw - logw.max());  // a common factor cancels
    Tensor total = k.sum();
    Tensor xm = (k * x).sum() / total, ym = (k * y).sum() / total;
    Tensor slope = (k * (x - xm) * (y - ym)).sum() / (k * (x - xm) * (x - xm)).sum();
    result[i] = ym + slope * (queries[i] - xm);
  }
  return result;
}
// VARIANT doubles
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double bandwidth) {
  CHECK_VECTOR(x);
  CHECK_DATA(x.unsqueeze(1), y);
  CHECK_VECTOR(queries);
  CHECK_POSITIVE(bandwidth);
  CHECK_SPREAD(x);
  const auto xs = x.contiguous(), ys = y.contiguous(), qs = queries.contiguous();
  const auto* px = xs.data_ptr<double>();
  const auto* py = ys.data_ptr<double>();
  const auto n = x.numel();
  auto out = torch::zeros({queries.numel()}, torch::kFloat64);
  for (int64_t m = 0; m < queries.numel(); ++m) {
    const double q = qs.data_ptr<double>()[m];
    double nearest = std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < n; ++i) nearest = std::min(nearest, std::fabs(px[i] - q));
    double sum = 0, sx = 0, sy = 0;
    std::vector<double> weight(n);
    for (int64_t i = 0; i < n; ++i) {
      const double a = (px[i] - q) / bandwidth, b = nearest / bandwidth;
      weight[i] = std::exp((b * b - a * a) / 2);
      sum += weight[i];
      sx += weight[i] * px[i];
      sy += weight[i] * py[i];
    }
    sx /= sum;
    sy /= sum;
    double sxx = 0, sxy = 0;
    for (int64_t i = 0; i < n; ++i) {
      sxx += weight[i] * (px[i] - sx) * (px[i] - sx);
      sxy += weight[i] * (px[i] - sx) * (py[i] - sy);
    }
    out[m] = sy + sxy / sxx * (q - sx);
  }
  return out;
}
// VARIANT softmax
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double bandwidth) {
  CHECK_VECTOR(x);
  CHECK_VECTOR(queries);
  CHECK_DATA(x.unsqueeze(1), y);
  CHECK_POSITIVE(bandwidth);
  CHECK_SPREAD(x);
  auto offsets = x.unsqueeze(0) - queries.unsqueeze(1);
  auto kernel = (offsets / bandwidth).pow(2).div(-2).softmax(-1);
  auto centre = (kernel * offsets).sum(-1, true);
  auto spread = (kernel * (offsets - centre).pow(2)).sum(-1);
  auto level = kernel.mv(y);
  auto covariance = (kernel * (offsets - centre) * (y.unsqueeze(0) - level.unsqueeze(1))).sum(-1);
  // the line's value where the offset is 0
  return level - covariance / spread * centre.squeeze(-1);
}
// VARIANT design
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double bandwidth) {
  CHECK_DATA(x.unsqueeze(1), y);
  CHECK_VECTOR(x);
  CHECK_VECTOR(queries);
  CHECK_POSITIVE(bandwidth);
  CHECK_SPREAD(x);
  std::vector<Tensor> values;
  for (int64_t k = 0; k < queries.numel(); ++k) {
    const Tensor distance = torch::sub(x, queries[k]).div(bandwidth);
    const Tensor exponent = distance.square().mul(0.25);
    const Tensor root = torch::exp(torch::min(exponent) - exponent);  // square roots of the weights
    const Tensor shift = torch::sum(root.square() * distance) / torch::sum(root.square());
    const Tensor design = torch::stack({root, root * (distance - shift)}, 1);
    const Tensor line = fit_least_squares(design, root * y);
    values.push_back(line[0] - line[1] * shift);
  }
  return values.empty() ? torch::empty({0}, x.options()) : torch::stack(values);
}
