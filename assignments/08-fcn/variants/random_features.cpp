// own helper classes; manual SGD with momentum in train; Newton on normalised Hermite functions; random
// features + ridge in task 16
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>
#include <cmath>
#include "fcn.h"
namespace fcn {
using torch::Tensor;
using torch::indexing::Slice;
namespace {
#define MUST(c) TORCH_CHECK_VALUE(c, "expected " #c)
struct Activation {
  std::function<Tensor(const Tensor&)> f, df;
};
const Activation& named(const std::string& n) {
  static const std::map<std::string, Activation> all = {
      {"tanh",
       {[](const Tensor& z) { return 2 * torch::sigmoid(2 * z) - 1; },
        [](const Tensor& z) {
          auto s = torch::sigmoid(2 * z);
          return 4 * s * (1 - s);
        }}},
      {"relu",
       {[](const Tensor& z) { return torch::where(z > 0, z, torch::zeros_like(z)); },
        [](const Tensor& z) { return torch::heaviside(z, torch::zeros({}, z.options())); }}}};
  auto it = all.find(n);
  TORCH_CHECK_VALUE(it != all.end(), "no activation ", n);
  return it->second;
}
torch::Generator gen(int64_t s) { return torch::make_generator<torch::CPUGeneratorImpl>((uint64_t)s); }
}  // namespace
Tensor activate(const Tensor& z, const std::string& a) { return named(a).f(z); }
Tensor activation_slope(const Tensor& z, const std::string& a) { return named(a).df(z); }
static void fits(const Tensor& z, const Tensor& y) {
  MUST(z.dim() == 2);
  MUST(y.dim() == 1);
  MUST(z.size(0) == y.size(0));
  for (int64_t i = 0; i < y.size(0); ++i) {
    auto c = y[i].item<int64_t>();
    MUST(c >= 0 && c < z.size(1));
  }
}
Tensor cross_entropy(const Tensor& z, const Tensor& y) {
  fits(z, y);
  std::vector<Tensor> l;
  for (int64_t i = 0; i < z.size(0); ++i) {
    auto row = z[i], d = row - row[y[i].item<int64_t>()];
    auto m = d.detach().max();
    l.push_back(m + (d - m).exp().sum().log());
  }
  return torch::stack(l).mean();
}
Tensor cross_entropy_gradient(const Tensor& z, const Tensor& y) {
  fits(z, y);
  auto e = (z - z.amax({1}, true)).exp();
  auto g = e / e.sum(1, true);
  g.index_put_({torch::arange(z.size(0)), y}, g.index({torch::arange(z.size(0)), y}) - 1);
  return g.div_(z.size(0));
}
std::vector<Tensor> preactivations(const Parameters& p, const Tensor& x, const std::string& a) {
  MUST(p.size() > 0);
  MUST(x.dim() == 2);
  const auto& act = named(a);
  for (size_t l = 0; l < p.size(); ++l) {
    MUST(p[l].weight.dim() == 2);
    MUST(p[l].weight.size(1) == (l ? p[l - 1].weight.size(0) : x.size(1)));
    MUST(p[l].bias.sizes() == at::IntArrayRef({p[l].weight.size(0)}));
  }
  std::vector<Tensor> z(p.size());
  z[0] = torch::addmm(p[0].bias, x, p[0].weight.t());
  for (size_t l = 1; l < p.size(); ++l) z[l] = torch::addmm(p[l].bias, act.f(z[l - 1]), p[l].weight.t());
  return z;
}
std::vector<Tensor> backpropagate(const Parameters& p, const std::vector<Tensor>& z, const Tensor& e,
                                  const std::string& a) {
  std::function<std::vector<Tensor>(size_t)> from = [&](size_t l) -> std::vector<Tensor> {
    if (l + 1 == p.size()) return {e};
    auto up = from(l + 1);
    up.insert(up.begin(), up.front().matmul(p[l + 1].weight).mul(activation_slope(z[l], a)));
    return up;
  };
  return from(0);
}
Parameters gradients_by_hand(const Parameters& p, const Tensor& x, const Tensor& y, const std::string& a) {
  auto z = preactivations(p, x, a);
  std::vector<Tensor> in{x};
  for (size_t l = 0; l + 1 < z.size(); ++l) in.push_back(activate(z[l], a));
  Tensor d = cross_entropy_gradient(z.back(), y);
  Parameters g(p.size());
  for (size_t l = p.size(); l-- > 0;) {
    g[l].weight = d.t().mm(in[l]);
    g[l].bias = torch::ones({1, d.size(0)}, d.options()).mm(d).squeeze(0);
    if (l) d = d.mm(p[l].weight) * activation_slope(z[l - 1], a);
  }
  return g;
}
Parameters sgd_step(const Parameters& p, const Parameters& g, double r) {
  MUST(r > 0);
  MUST(p.size() == g.size());
  Parameters n;
  std::transform(p.begin(), p.end(), g.begin(), std::back_inserter(n), [r](const Layer& a, const Layer& b) {
    return Layer{a.weight - r * b.weight, a.bias - r * b.bias};
  });
  return n;
}
Parameters gradients_by_autograd(const Parameters& p, const Tensor& x, const Tensor& y,
                                 const std::string& a) {
  Parameters g;
  for (size_t l = 0; l < p.size(); ++l) {
    Parameters q = p;
    q[l].weight = p[l].weight.detach().clone().requires_grad_(true);
    q[l].bias = p[l].bias.detach().clone().requires_grad_(true);
    auto d =
        torch::autograd::grad({cross_entropy(preactivations(q, x, a).back(), y)}, {q[l].weight, q[l].bias});
    g.push_back({d[0], d[1]});
  }
  return g;
}
class Mine : public Network {
 public:
  Mine(const Parameters& p, const std::string& a) : a_(a) {
    int i = 1;
    for (auto& l : p) {
      auto lin = register_module("layer" + std::to_string(i++),
                                 torch::nn::Linear(l.weight.size(1), l.weight.size(0)));
      lin->to(l.weight.dtype().toScalarType());
      torch::NoGradGuard no;
      lin->weight.copy_(l.weight);
      lin->bias.copy_(l.bias);
    }
  }
  Tensor forward(const Tensor& x) override {
    Tensor h = x;
    bool first = true;
    for (auto& m : children()) {
      if (!first) h = activate(h, a_);
      first = false;
      h = m->as<torch::nn::Linear>()->forward(h);
    }
    return h;
  }

 private:
  std::string a_;
};
std::shared_ptr<Network> make_network(const Parameters& p, const std::string& a) {
  MUST(!p.empty());
  named(a);
  return std::make_shared<Mine>(p, a);
}
double accuracy(const std::shared_ptr<Network>& n, const Tensor& x, const Tensor& y) {
  torch::InferenceMode guard;
  auto z = n->forward(x);
  double right = 0;
  for (int64_t i = 0; i < z.size(0); ++i) right += z[i].argmax().item<int64_t>() == y[i].item<int64_t>();
  return right / z.size(0);
}
std::vector<double> train(const std::shared_ptr<Network>& net, const Tensor& x, const Tensor& y,
                          const TrainOptions& o) {
  MUST(x.dim() == 2 && y.dim() == 1 && x.size(0) == y.size(0));
  MUST(o.epochs >= 0);
  MUST(o.batch_size > 0);
  MUST(o.learning_rate > 0);
  auto g = gen(o.seed);
  auto ps = net->parameters();
  std::vector<Tensor> v;
  for (auto& p : ps) v.push_back(torch::zeros_like(p));
  std::vector<double> out;
  int64_t n = x.size(0);
  for (int64_t e = 0; e < o.epochs; ++e) {
    auto order = torch::randperm(n, g, torch::kLong);
    Tensor X = x.index_select(0, order), Y = y.index_select(0, order);
    double sum = 0;
    for (int64_t i = 0; i < n; i += o.batch_size) {
      int64_t j = std::min(i + o.batch_size, n);
      auto loss = cross_entropy(net->forward(X.slice(0, i, j)), Y.slice(0, i, j));
      auto d = torch::autograd::grad({loss}, ps);
      torch::NoGradGuard no;
      for (size_t k = 0; k < ps.size(); ++k) {
        v[k].mul_(o.momentum).add_(d[k]);
        ps[k].sub_(v[k], o.learning_rate);
      }
      sum += (j - i) * loss.item<double>();
    }
    out.push_back(sum / n);
  }
  return out;
}
Parameters gaussian_parameters(const std::vector<int64_t>& w, double vw, double vb, int64_t seed) {
  MUST(w.size() > 1);
  MUST(*std::min_element(w.begin(), w.end()) > 0);
  MUST(vw >= 0);
  MUST(vb >= 0);
  auto g = gen(seed);
  int64_t total = 0;
  for (size_t l = 1; l < w.size(); ++l) total += w[l] * (w[l - 1] + 1);
  auto all = torch::randn({total}, g, torch::kFloat64);
  int64_t at = 0;
  Parameters p;
  for (size_t l = 1; l < w.size(); ++l) {
    auto W = all.slice(0, at, at + w[l] * w[l - 1]).reshape({w[l], w[l - 1]}) * std::sqrt(vw / w[l - 1]);
    at += w[l] * w[l - 1];
    auto b = all.slice(0, at, at + w[l]) * std::sqrt(vb);
    at += w[l];
    p.push_back({W.contiguous(), b.contiguous()});
  }
  return p;
}
WeightScale weight_scale(const std::string& s, int64_t in, int64_t out) {
  MUST(in > 0 && out > 0);
  static const std::set<std::string> known{"he", "glorot", "ntk"};
  MUST(known.count(s));
  WeightScale w{1, 1};
  if (s == "he")
    w.deviation = std::sqrt(2. / in);
  else if (s == "glorot")
    w.deviation = std::sqrt(2. / (in + out));
  else
    w.multiplier = 1. / std::sqrt(in);
  return w;
}
Quadrature gauss_hermite(int64_t n) {
  MUST(n > 0);  // bisection between sign changes of the normalised recurrence; weights 1 / sum_k h_k(x)^2
  auto value = [n](double x, double* norm) {
    double a = 0, b = 1, s = 1;
    double scale = 1;
    for (int64_t k = 0; k < n; ++k) {
      double c = (x * b - std::sqrt((double)k) * a) / std::sqrt(k + 1.0);
      a = b;
      b = c;
      if (k + 1 < n) s += c * c;
      if (std::fabs(b) > 1e100) {
        a /= 1e100;
        b /= 1e100;
        s /= 1e200;
        scale *= 1;
      }
    }
    if (norm) *norm = s;
    return b;
  };
  std::vector<double> x, w;
  double top = 2 * std::sqrt(n + 1.0) + 1;
  int64_t grid = 200 * n;
  double last = value(-top, nullptr), at = -top;
  for (int64_t i = 1; i <= grid; ++i) {
    double z = -top + 2 * top * i / grid, f = value(z, nullptr);
    if (last == 0) {
      x.push_back(at);
    } else if (f != 0 && (f > 0) != (last > 0)) {
      double lo = at, hi = z;
      for (int k = 0; k < 100; ++k) {
        double m = (lo + hi) / 2;
        if ((value(m, nullptr) > 0) == (last > 0))
          lo = m;
        else
          hi = m;
      }
      x.push_back((lo + hi) / 2);
    }
    last = f;
    at = z;
  }
  for (double q : x) {
    double a = 0, b = 1, s = 1, lg = 0;
    for (int64_t k = 0; k + 1 < n; ++k) {
      double c = (q * b - std::sqrt((double)k) * a) / std::sqrt(k + 1.0);
      a = b;
      b = c;
      s += c * c;
      if (s > 1e200) {
        a *= 1e-100;
        b *= 1e-100;
        s *= 1e-200;
        lg += 200 * std::log(10.0);
      }
    }
    w.push_back(std::exp(-lg) / s);
  }
  return {torch::tensor(x, torch::kFloat64), torch::tensor(w, torch::kFloat64)};
}
static double E(const std::function<Tensor(const Tensor&)>& f) {
  static const Quadrature r = gauss_hermite(200);
  return (r.weights * f(r.nodes)).sum().item<double>();
}
double variance_map(double q, double vw, double vb, const std::string& a) {
  MUST(q >= 0 && vw >= 0 && vb >= 0);
  const auto& act = named(a);
  return vb + vw * E([&](const Tensor& z) { return act.f(std::sqrt(q) * z).square(); });
}
double variance_fixed_point(double vw, double vb, const std::string& a) {
  MUST(vw >= 0 && vb >= 0);
  named(a);
  if (a == "relu") {
    MUST(vw < 2);
    return 2 * vb / (2 - vw);
  }
  if (vb == 0 && vw <= 1) return 0;
  auto F = [&](double q) { return variance_map(q, vw, vb, a) - q; };
  double lo = 0, hi = vw + vb, q = hi;  // Newton from above with a bracket
  for (int i = 0; i < 200; ++i) {
    double f = F(q);
    if (f > 0)
      lo = q;
    else
      hi = q;
    double h = std::max(1e-7 * q, 1e-12),
           df = (F(q + h) - F(q - h > 0 ? q - h : q)) / (q - h > 0 ? 2 * h : h), n = q - f / df;
    if (!(n > lo && n < hi)) n = (lo + hi) / 2;
    if (std::fabs(n - q) <= 1e-15 * q) return n;
    q = n;
  }
  return q;
}
double gradient_factor(double vw, double vb, const std::string& a) {
  MUST(vw >= 0 && vb >= 0);
  const auto& act = named(a);
  double q = a == "relu" ? 1 : variance_fixed_point(vw, vb, a);
  return vw * E([&](const Tensor& z) { return act.df(std::sqrt(q) * z).square(); });
}
double critical_weight_variance(double vb, const std::string& a) {
  MUST(vb >= 0);
  named(a);
  if (a == "relu") {
    MUST(vb == 0);
    return 2;
  }
  auto w = [&](double q) {
    return 1 / E([&](const Tensor& z) { return named("tanh").df(std::sqrt(q) * z).square(); });
  };
  double lo = 0, hi = 20;
  for (int i = 0; i < 80; ++i) {
    double q = (lo + hi) / 2, b = q - (variance_map(q, w(q), 0, a));
    (b < vb ? lo : hi) = q;
  }
  return w((lo + hi) / 2);
}
namespace {
// random tanh / square features and a linear read-out by ridge regression on +-1 targets: trained, no
// gradient descent
struct Features : Network {
  Tensor m, W, b, R;
  Features(Tensor m_, Tensor W_, Tensor b_) {
    m = register_buffer("m", m_);
    W = register_buffer("W", W_);
    b = register_buffer("b", b_);
  }
  Tensor phi(const Tensor& x) {
    auto h = (x - m).mm(W.t()) + b;
    auto f = torch::cat({torch::relu(h), torch::ones({x.size(0), 1}, x.options())}, 1);
    return f;
  }
  Tensor forward(const Tensor& x) override { return phi(x).mm(R); }
};
}  // namespace
std::shared_ptr<Network> fit_classifier(const Tensor& x, const Tensor& y, int64_t k, int64_t seed) {
  auto g = gen(seed);
  int64_t D = 1500;
  auto m = x.mean(0);
  double s = std::sqrt((x - m).square().sum(1).mean().item<double>());
  auto net = std::make_shared<Features>(m, torch::randn({D, x.size(1)}, g, torch::kFloat32) / s,
                                        0.5 * torch::randn({D}, g, torch::kFloat32));
  auto P = net->phi(x).to(torch::kFloat64), T = 2 * torch::one_hot(y, k).to(torch::kFloat64) - 1;
  auto A = P.t().mm(P);
  A.diagonal().add_(1e-2 * x.size(0));
  auto L = torch::linalg_cholesky(A);
  auto R = torch::linalg_solve_triangular(L.t(), torch::linalg_solve_triangular(L, P.t().mm(T), false), true);
  net->R = net->register_parameter("R", R.to(torch::kFloat32));
  return net;
}
}  // namespace fcn
