// one_hot, backward(), std::mt19937 normal numbers, trapezoid integrals, Adam for task 16
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>
#include <cmath>
#include <random>
#include "fcn.h"
namespace fcn {
using torch::Tensor;
static void need(bool c, const std::string& s) {
  if (!c) throw std::invalid_argument(s);
}
Tensor activate(const Tensor& z, const std::string& a) {
  if (a == "tanh") return torch::tanh(z);
  if (a == "relu") return torch::relu(z);
  throw std::invalid_argument("activation " + a);
}
Tensor activation_slope(const Tensor& z, const std::string& a) {
  if (a == "tanh") {
    Tensor t = torch::tanh(z);
    return (1 - t) * (1 + t);
  }
  if (a == "relu") return (z > 0).to(z.dtype());
  throw std::invalid_argument("activation " + a);
}
static void labels_ok(const Tensor& z, const Tensor& y) {
  need(z.dim() == 2 && y.dim() == 1 && z.size(0) == y.size(0) && z.size(0) > 0, "shapes");
  need((y >= 0).all().item<bool>() && (y < z.size(1)).all().item<bool>(), "labels");
}
static Tensor lse(const Tensor& z) {
  Tensor m = std::get<0>(z.max(1, true));
  return m + torch::log(torch::exp(z - m).sum(1, true));
}
Tensor cross_entropy(const Tensor& z, const Tensor& y) {
  labels_ok(z, y);
  Tensor hot = torch::one_hot(y, z.size(1)).to(z.dtype());
  return (lse(z).squeeze(1) - (z * hot).sum(1)).mean();
}
Tensor cross_entropy_gradient(const Tensor& z, const Tensor& y) {
  labels_ok(z, y);
  Tensor p = torch::exp(z - lse(z));
  return (p - torch::one_hot(y, z.size(1)).to(z.dtype())) / z.size(0);
}
std::vector<Tensor> preactivations(const Parameters& p, const Tensor& x, const std::string& a) {
  need(!p.empty(), "no layer");
  need(x.dim() == 2, "x");
  std::vector<Tensor> z;
  Tensor in = x;
  for (size_t l = 0; l < p.size(); ++l) {
    need(p[l].weight.dim() == 2 && p[l].weight.size(1) == in.size(1) && p[l].bias.dim() == 1 &&
             p[l].bias.size(0) == p[l].weight.size(0),
         "layer");
    z.push_back(torch::mm(in, p[l].weight.t()) + p[l].bias.unsqueeze(0));
    in = activate(z.back(), a);
  }
  return z;
}
std::vector<Tensor> backpropagate(const Parameters& p, const std::vector<Tensor>& z, const Tensor& e,
                                  const std::string& a) {
  std::vector<Tensor> d{e};
  for (int l = (int)p.size() - 1; l >= 1; --l)
    d.insert(d.begin(), torch::mm(d.front(), p[l].weight) * activation_slope(z[l - 1], a));
  return d;
}
Parameters gradients_by_hand(const Parameters& p, const Tensor& x, const Tensor& y, const std::string& a) {
  auto z = preactivations(p, x, a);
  auto d = backpropagate(p, z, cross_entropy_gradient(z.back(), y), a);
  Parameters g;
  for (size_t l = 0; l < p.size(); ++l) {
    Tensor in = l ? activate(z[l - 1], a) : x;
    g.push_back(Layer{torch::einsum("ni,nj->ij", {d[l], in}), torch::einsum("ni->i", {d[l]})});
  }
  return g;
}
Parameters sgd_step(const Parameters& p, const Parameters& g, double r) {
  need(r > 0, "rate");
  need(p.size() == g.size(), "layers");
  Parameters q = p;
  for (size_t l = 0; l < p.size(); ++l) {
    q[l].weight = p[l].weight.sub(g[l].weight, r);
    q[l].bias = p[l].bias.sub(g[l].bias, r);
  }
  return q;
}
Parameters gradients_by_autograd(const Parameters& p, const Tensor& x, const Tensor& y,
                                 const std::string& a) {
  Parameters q;
  for (auto& l : p)
    q.push_back(
        {l.weight.clone().detach().set_requires_grad(true), l.bias.clone().detach().set_requires_grad(true)});
  cross_entropy(preactivations(q, x, a).back(), y).backward();
  Parameters g;
  for (auto& l : q) g.push_back({l.weight.grad(), l.bias.grad()});
  return g;
}
namespace {
struct Net : Network {
  std::string a;
  std::vector<torch::nn::Linear> L;
  Net(const Parameters& p, std::string a) : a(std::move(a)) {
    for (size_t i = 0; i < p.size(); ++i) {
      torch::nn::Linear l(torch::nn::LinearOptions(p[i].weight.size(1), p[i].weight.size(0)));
      l->weight.set_data(p[i].weight.clone());
      l->bias.set_data(p[i].bias.clone());
      L.push_back(register_module("layer" + std::to_string(i + 1), l));
    }
  }
  Tensor forward(const Tensor& x) override {
    Tensor h = x;
    for (size_t i = 0; i < L.size(); ++i) {
      h = L[i](h);
      if (i + 1 < L.size()) h = activate(h, a);
    }
    return h;
  }
};
}  // namespace
std::shared_ptr<Network> make_network(const Parameters& p, const std::string& a) {
  need(!p.empty(), "no layer");
  need(a == "tanh" || a == "relu", "activation");
  return std::make_shared<Net>(p, a);
}
double accuracy(const std::shared_ptr<Network>& n, const Tensor& x, const Tensor& y) {
  torch::NoGradGuard g;
  Tensor best = std::get<1>(n->forward(x).max(1));
  return (double)(best == y).sum().item<int64_t>() / y.size(0);
}
static std::vector<std::vector<int64_t>> batches(int64_t n, int64_t b, std::mt19937& e) {
  std::vector<int64_t> o(n);
  std::iota(o.begin(), o.end(), 0);
  std::shuffle(o.begin(), o.end(), e);
  std::vector<std::vector<int64_t>> r;
  for (int64_t i = 0; i < n; i += b) r.emplace_back(o.begin() + i, o.begin() + std::min(n, i + b));
  return r;
}
std::vector<double> train(const std::shared_ptr<Network>& net, const Tensor& x, const Tensor& y,
                          const TrainOptions& o) {
  need(x.dim() == 2 && y.dim() == 1 && x.size(0) == y.size(0), "shapes");
  need(o.epochs >= 0 && o.batch_size >= 1 && o.learning_rate > 0, "options");
  torch::optim::SGD opt(net->parameters(), torch::optim::SGDOptions(o.learning_rate).momentum(o.momentum));
  std::mt19937 e((unsigned)o.seed);
  std::vector<double> L;
  for (int64_t k = 0; k < o.epochs; ++k) {
    double s = 0;
    for (auto& b : batches(x.size(0), o.batch_size, e)) {
      Tensor i = torch::tensor(b);
      net->zero_grad();
      Tensor l = cross_entropy(net->forward(x.index({i})), y.index({i}));
      l.backward();
      opt.step();
      s += l.item<double>() * b.size();
    }
    L.push_back(s / x.size(0));
  }
  return L;
}
Parameters gaussian_parameters(const std::vector<int64_t>& w, double vw, double vb, int64_t seed) {
  need(w.size() >= 2, "widths");
  for (auto v : w) need(v >= 1, "width");
  need(vw >= 0 && vb >= 0, "variance");
  std::mt19937_64 e(seed);
  std::normal_distribution<double> N(0, 1);
  Parameters p;
  for (size_t l = 1; l < w.size(); ++l) {
    Tensor W = torch::empty({w[l], w[l - 1]}, torch::kFloat64), b = torch::empty({w[l]}, torch::kFloat64);
    double* q = W.data_ptr<double>();
    for (int64_t i = 0; i < W.numel(); ++i) q[i] = std::sqrt(vw / w[l - 1]) * N(e);
    q = b.data_ptr<double>();
    for (int64_t i = 0; i < w[l]; ++i) q[i] = std::sqrt(vb) * N(e);
    p.push_back({W, b});
  }
  return p;
}
WeightScale weight_scale(const std::string& s, int64_t in, int64_t out) {
  need(in >= 1 && out >= 1, "fans");
  if (s == "he") return {std::sqrt(2.0 / in), 1.0};
  if (s == "glorot") return {std::sqrt(2.0 / double(in + out)), 1.0};
  if (s == "ntk") return {1.0, std::pow(in, -0.5)};
  throw std::invalid_argument("scheme " + s);
}
Quadrature gauss_hermite(int64_t n) {
  need(n >= 1, "n");
  Tensor J = torch::zeros({n, n}, torch::kFloat64);
  for (int64_t k = 1; k < n; ++k) {
    J[k - 1][k] = std::sqrt((double)k);
    J[k][k - 1] = std::sqrt((double)k);
  }
  auto [e, V] = torch::linalg_eigh(J);
  return {e, V.index({0}).pow(2)};
}
static double mean_of(const std::function<double(double)>& f) {
  double h = 1. / 64, s = 0;
  for (int i = -640; i <= 640; ++i) {
    double z = i * h;
    s += f(z) * std::exp(-z * z / 2);
  }
  return s * h / std::sqrt(2 * M_PI);
}
double variance_map(double q, double vw, double vb, const std::string& a) {
  need(q >= 0 && vw >= 0 && vb >= 0, "negative");
  need(a == "tanh" || a == "relu", "activation");
  if (a == "relu") return vw * q / 2 + vb;
  return vw * mean_of([&](double z) { return std::pow(std::tanh(std::sqrt(q) * z), 2); }) + vb;
}
double variance_fixed_point(double vw, double vb, const std::string& a) {
  need(vw >= 0 && vb >= 0, "negative");
  need(a == "tanh" || a == "relu", "activation");
  if (a == "relu") {
    need(vw < 2, "diverges");
    return vb / (1 - vw / 2);
  }
  if (vb == 0 && vw <= 1) return 0;
  double lo = 0, hi = vw + vb + 1;
  while (hi - lo > 1e-15 * hi && hi - lo > 1e-300) {
    double m = (lo + hi) / 2;
    if (m == lo || m == hi) break;
    if (variance_map(m, vw, vb, a) > m)
      lo = m;
    else
      hi = m;
  }
  return (lo + hi) / 2;
}
double gradient_factor(double vw, double vb, const std::string& a) {
  need(vw >= 0 && vb >= 0, "negative");
  if (a == "relu") return vw / 2;
  double q = variance_fixed_point(vw, vb, a);
  return vw * mean_of([&](double z) {
           double t = std::tanh(std::sqrt(q) * z);
           return (1 - t * t) * (1 - t * t);
         });
}
double critical_weight_variance(double vb, const std::string& a) {
  need(vb >= 0, "negative");
  if (a == "relu") {
    need(vb == 0, "none");
    return 2;
  }
  need(a == "tanh", "activation");
  if (vb == 0) return 1;
  double lo = 0.5, hi = 10;
  for (int i = 0; i < 45; ++i) {
    double m = (lo + hi) / 2;
    if (gradient_factor(m, vb, a) < 1)
      lo = m;
    else
      hi = m;
  }
  return (lo + hi) / 2;  // a search within a search
}
std::shared_ptr<Network> fit_classifier(const Tensor& x, const Tensor& y, int64_t k, int64_t seed) {
  auto p = gaussian_parameters({x.size(1), 128, k}, 2, 0, seed);
  for (auto& l : p) l = {l.weight.to(torch::kFloat), l.bias.to(torch::kFloat)};
  p[0].bias = p[0].bias - p[0].weight.mv(x.mean(0));
  auto net = make_network(p, "relu");
  torch::optim::Adam opt(net->parameters(), torch::optim::AdamOptions(1e-3));
  std::mt19937 e((unsigned)seed);
  for (int ep = 0; ep < 8; ++ep)
    for (auto& b : batches(x.size(0), 50, e)) {
      Tensor i = torch::tensor(b);
      opt.zero_grad();
      cross_entropy(net->forward(x.index_select(0, i)), y.index_select(0, i)).backward();
      opt.step();
    }
  return net;
}
}  // namespace fcn
