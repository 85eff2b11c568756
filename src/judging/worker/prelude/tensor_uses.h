// What most submissions use, used once: clang instantiates it in the precompiled header and not in each of them. A
// compiler that is started before there is a submission (compile/compile_server.h) reads it once more, so that it has loaded
// of that header what it will need. Never called. No #pragma once: each inclusion has a namespace of its own.
namespace spinlab::SPINLAB_USES {

using torch::Tensor;

inline std::vector<Tensor> made(const Tensor& X, int64_t n, std::uint64_t seed) {
  const auto options = X.options().dtype(torch::kFloat64).requires_grad(true);
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(seed);
  std::vector<Tensor> all{torch::zeros({n, 3}, options), torch::ones({n}, torch::kInt64)};
  all.push_back(torch::eye(n, X.options()) + torch::full({n}, 0.5, options));
  all.push_back(torch::arange(n).to(X.scalar_type()) * torch::linspace(0, 1, n, X.options()));
  all.push_back(torch::zeros_like(X) + torch::ones_like(X) + torch::full_like(X, 1));
  all.push_back(torch::empty({n}) + torch::tensor({1.0, 2.0}) + torch::tensor(std::vector<double>{1}));
  all.push_back(torch::randn({n}, generator, X.options()) + torch::rand({n}) + torch::randn({n, n}, options));
  all.push_back(torch::randperm(n, generator));
  return all;
}

inline Tensor element_wise(const Tensor& X, const Tensor& y, double c) {
  auto z = c * X / 2.0 - 1.0 + (1 - y) + -X;
  z += y, z -= c * z, z *= 2, z /= y, z.add_(y, 0.5).mul_(c).copy_(X);
  z = (z - y).pow(2).square().sqrt().exp().log().abs().tanh().sign().clamp(0, 1).clamp_min(0);
  z = torch::exp(-X) + torch::log(X) + torch::sqrt(X) + torch::abs(X) + torch::pow(X, 2) + torch::tanh(X);
  return torch::where(X > 0, X, z) + torch::max(X, y) + torch::min(X, y) + torch::relu(X);
}

inline double reduced(const Tensor& X, const Tensor& y) {
  const auto [Q, R] = torch::linalg_qr(X);
  const auto products = X.matmul(y) + torch::mm(X, X.t()) + torch::outer(y, y) + X.mv(y) * torch::dot(y, y);
  const auto rows = products.sum(-1, true) + products.mean(0) + torch::sum(X) + torch::mean(X, 0) + X.prod();
  const auto spread = X.var(0, false) + X.std() + X.norm() + X.cumsum(0) + X.max() + std::get<0>(X.max(1)) + X.min();
  const auto order = std::get<0>(X.sort()) + X.argmax(1) + X.gather(1, y) + X.index_select(0, y) + X.diagonal();
  if (X.eq(y).all().item<bool>() || X.ge(0).any().item<bool>()) return (Q + R + rows).item<double>();
  return static_cast<double>((spread + order).item<int64_t>());
}

inline std::vector<Tensor> parts(const Tensor& X, const Tensor& y, int64_t n) {
  auto row = X[0].narrow(0, 0, 1).select(0, 0).slice(0, 0, n).clone().detach().contiguous().view({-1});
  auto chosen = X.index({torch::indexing::Slice(0, n), torch::indexing::None, torch::indexing::Ellipsis});
  chosen.index_put_({0}, y);
  std::vector<Tensor> all;
  all.reserve(4);
  all.emplace_back(torch::cat({X, y}, 1) + torch::stack({X, y}));
  all.insert(all.end(), {row, chosen, X.transpose(0, 1).reshape({-1, 1}).unsqueeze(1).squeeze(-1)});
  std::reverse(all.begin(), all.end());
  return all;
}

struct Named {
  Tensor value;
  std::string name;
  double number = 0;
};

inline Tensor composed(const Tensor& X, const Tensor& y, const std::string& name,
                       const std::function<Tensor(const Tensor&)>& f) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.size(0) == y.size(0) && X.numel() > 0, "expected (n, d), got ", X.sizes(), " and ",
                    y.scalar_type(), ", ", name, 0.5, X.size(0));
  TORCH_CHECK(!name.empty(), "no name");
  torch::NoGradGuard guard;
  std::vector<Named> named{{X, name}};
  named.push_back({f(y), name + std::to_string(X.size(0)), std::sqrt(2.0)});
  std::vector<double> numbers{1.0};
  numbers.push_back(std::max(std::numeric_limits<double>::infinity(), X.data_ptr<double>()[0]));
  std::sort(numbers.begin(), numbers.end());
  const std::function<Tensor(const Tensor&)> again = [&](const Tensor& x) { return f(x) * numbers.back(); };
  if (torch::allclose(X, y)) throw std::invalid_argument(name + ": " + std::to_string(numbers.size()));
  const std::optional<Tensor> last = again(X);
  auto entries = X.accessor<double, 2>();
  return named.front().value + *last + entries[0][0] + std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

}  // namespace spinlab::SPINLAB_USES
