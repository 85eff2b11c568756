// loops by index for labels, logaddexp accumulation, conv-free deep tanh net, RMS by own optimizer; Affine
// submodules
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>
#include <cmath>
#include <random>
#include <set>
#include "fcn.h"
namespace fcn {
using namespace std;
using torch::Tensor;
static void chk(bool ok, const char* why) { TORCH_CHECK_VALUE(ok, why); }
Tensor activate(const Tensor& z, const string& s) {
  chk(s == "tanh" || s == "relu", "activation");
  if (s == "relu") return torch::maximum(z, torch::zeros_like(z));
  auto p = torch::exp(-2 * z.abs());
  return z.sign() * (1 - p) / (1 + p);
}
Tensor activation_slope(const Tensor& z, const string& s) {
  chk(s == "tanh" || s == "relu", "activation");
  if (s == "relu") {
    Tensor r = torch::zeros_like(z);
    r.masked_fill_(z > 0, 1);
    return r;
  }
  auto p = torch::exp(-2 * z.abs());
  return 4 * p / ((1 + p) * (1 + p));
}
static void lab(const Tensor& z, const Tensor& y) {
  chk(z.dim() == 2 && y.dim() == 1, "dims");
  chk(z.size(0) == y.size(0), "n");
  chk(y.dtype() == torch::kInt64, "int64");
  chk(y.min().item<long>() >= 0 && y.max().item<long>() < z.size(1), "range");
}
static Tensor logsum(const Tensor& z) {
  Tensor a = z.select(1, 0);
  for (int64_t c = 1; c < z.size(1); c++) a = torch::logaddexp(a, z.select(1, c));
  return a;
}
Tensor cross_entropy(const Tensor& z, const Tensor& y) {
  lab(z, y);
  return torch::mean(logsum(z) - z.index({torch::arange(z.size(0)), y}));
}
Tensor cross_entropy_gradient(const Tensor& z, const Tensor& y) {
  lab(z, y);
  Tensor g = torch::exp(z - logsum(z).unsqueeze(1));
  auto n = z.size(0);
  for (int64_t i = 0; i < n; i++) g[i][y[i].item<long>()] -= 1;
  return g * (1.0 / n);
}
vector<Tensor> preactivations(const Parameters& p, const Tensor& x, const string& s) {
  chk(!p.empty() && x.dim() == 2, "arguments");
  chk(s == "tanh" || s == "relu", "activation");
  vector<Tensor> z;
  const Tensor* below = nullptr;
  for (const auto& l : p) {
    Tensor in = below ? activate(*below, s) : x;
    chk(l.weight.dim() == 2 && l.bias.dim() == 1 && l.weight.size(1) == in.size(1) &&
            l.weight.size(0) == l.bias.size(0),
        "shape");
    z.reserve(p.size());
    z.push_back(torch::linear(in, l.weight, l.bias));
    below = &z.back();
  }
  return z;
}
vector<Tensor> backpropagate(const Parameters& p, const vector<Tensor>& z, const Tensor& e, const string& s) {
  vector<Tensor> d(p.size());
  Tensor now = e;
  for (int l = p.size() - 1;; l--) {
    d[l] = now;
    if (l == 0) return d;
    now = (p[l].weight.t().matmul(now.t())).t() * activation_slope(z[l - 1], s);
  }
}
Parameters gradients_by_hand(const Parameters& p, const Tensor& x, const Tensor& y, const string& s) {
  // example by example
  Parameters g;
  for (auto& l : p) g.push_back({torch::zeros_like(l.weight), torch::zeros_like(l.bias)});
  auto z = preactivations(p, x, s);
  auto d = backpropagate(p, z, cross_entropy_gradient(z.back(), y), s);
  for (int64_t i = 0; i < x.size(0); i++)
    for (size_t l = 0; l < p.size(); l++) {
      Tensor a = l == 0 ? x[i] : activate(z[l - 1][i], s);
      g[l].weight += torch::outer(d[l][i], a);
      g[l].bias += d[l][i];
    }
  return g;
}
Parameters sgd_step(const Parameters& p, const Parameters& g, double r) {
  chk(r > 0, "rate");
  chk(p.size() == g.size(), "layers");
  Parameters q;
  for (size_t l = 0; l < p.size(); l++) {
    Layer n{p[l].weight.clone(), p[l].bias.clone()};
    n.weight -= r * g[l].weight;
    n.bias -= r * g[l].bias;
    q.push_back(n);
  }
  return q;
}
Parameters gradients_by_autograd(const Parameters& p, const Tensor& x, const Tensor& y, const string& s) {
  auto net = make_network(p, s);
  cross_entropy(net->forward(x), y).backward();
  auto w = net->parameters();
  Parameters g;
  for (size_t i = 0; i < w.size(); i += 2) g.push_back({w[i].grad().clone(), w[i + 1].grad().clone()});
  return g;
}
namespace {
struct Chain : Network {
  vector<shared_ptr<torch::nn::LinearImpl>> l;
  function<Tensor(const Tensor&)> f;
  Chain(const Parameters& p, string s) {
    f = [s](const Tensor& z) { return activate(z, s); };
    for (size_t i = 0; i < p.size(); i++) {
      auto m = make_shared<torch::nn::LinearImpl>(p[i].weight.size(1), p[i].weight.size(0));
      m->to(p[i].weight.scalar_type());
      m->weight.data().copy_(p[i].weight);
      m->bias.data().copy_(p[i].bias);
      l.push_back(register_module("layer" + to_string(i + 1), m));
    }
  }
  Tensor forward(const Tensor& x) override {
    Tensor a = x;
    for (size_t i = 0; i < l.size(); i++) a = l[i]->forward(i ? f(a) : a);
    return a;
  }
};
}  // namespace
shared_ptr<Network> make_network(const Parameters& p, const string& s) {
  chk(!p.empty(), "layer");
  chk(s == "tanh" || s == "relu", "activation");
  return make_shared<Chain>(p, s);
}
double accuracy(const shared_ptr<Network>& n, const Tensor& x, const Tensor& y) {
  Tensor z = n->forward(x).detach();
  return z.argsort(1, true).select(1, 0).eq(y).sum().item<double>() / y.numel();
}
vector<double> train(const shared_ptr<Network>& net, const Tensor& x, const Tensor& y,
                     const TrainOptions& o) {
  chk(x.dim() == 2 && y.dim() == 1 && x.size(0) == y.size(0) && o.epochs >= 0 && o.batch_size >= 1 &&
          o.learning_rate > 0,
      "arguments");
  torch::optim::SGDOptions so(o.learning_rate);
  so.momentum(o.momentum);
  torch::optim::SGD opt(net->parameters(), so);
  mt19937_64 rng(o.seed);
  vector<double> r;
  int64_t n = x.size(0);
  vector<int64_t> ord(n);
  iota(ord.begin(), ord.end(), 0);
  for (int64_t e = 0; e < o.epochs; e++) {
    for (int64_t i = n - 1; i > 0; i--) swap(ord[i], ord[rng() % (i + 1)]);
    Tensor sum = torch::zeros({}, torch::kFloat64);
    Tensor t = torch::tensor(ord);
    for (auto& c : t.chunk((n + o.batch_size - 1) / o.batch_size)) {
      (void)c;
    }
    for (int64_t b = 0; b * o.batch_size < n; b++) {
      Tensor i = t.narrow(0, b * o.batch_size, min(o.batch_size, n - b * o.batch_size));
      Tensor z = net->forward(x.index_select(0, i));
      Tensor loss = cross_entropy(z, y.index_select(0, i));
      opt.zero_grad();
      loss.backward();
      opt.step();
      sum += loss.detach() * i.size(0);
    }
    r.push_back(sum.item<double>() / n);
  }
  return r;
}
Parameters gaussian_parameters(const vector<int64_t>& w, double vw, double vb, int64_t seed) {
  chk(w.size() >= 2, "widths");
  for (auto k : w) chk(k >= 1, "width");
  chk(vw >= 0 && vb >= 0, "variance");
  mt19937_64 rng(seed);
  uniform_real_distribution<double> u(0, 1);
  auto bm = [&] { return sqrt(-2 * log(1 - u(rng))) * cos(2 * M_PI * u(rng)); };
  Parameters p;
  for (size_t l = 0; l + 1 < w.size(); l++) {
    vector<double> a(w[l] * w[l + 1]), b(w[l + 1]);
    for (auto& v : a) v = sqrt(vw / w[l]) * bm();
    for (auto& v : b) v = sqrt(vb) * bm();
    p.push_back(
        {torch::tensor(a, torch::kFloat64).view({w[l + 1], w[l]}), torch::tensor(b, torch::kFloat64)});
  }
  return p;
}
WeightScale weight_scale(const string& s, int64_t i, int64_t o) {
  chk(i >= 1 && o >= 1, "fans");
  chk(s == "he" || s == "glorot" || s == "ntk", "scheme");
  return s == "he"       ? WeightScale{sqrt(2.0 / i), 1}
         : s == "glorot" ? WeightScale{sqrt(1.0 / (0.5 * (i + o))), 1}
                         : WeightScale{1, sqrt(1.0 / i)};
}
Quadrature gauss_hermite(int64_t n) {
  chk(n >= 1, "n");
  Tensor k = torch::arange(n, torch::kFloat64);
  Tensor J = torch::diag(k.slice(0, 1).sqrt(), -1);
  Tensor e, V;
  tie(e, V) = torch::linalg_eigh(J, "L");
  Tensor w = V.slice(0, 0, 1).squeeze(0);
  return {e, w * w / (w * w).sum()};
}
static double simpson(function<double(double)> f, double a, double b, int m) {
  double h = (b - a) / m, s = f(a) + f(b);
  for (int i = 1; i < m; i++) s += f(a + i * h) * (i % 2 ? 4 : 2);
  return s * h / 3;
}
static double gm(function<double(double)> f) {
  auto g = [&](double z) { return f(z) * exp(-0.5 * z * z) / sqrt(2 * M_PI); };
  return simpson(g, -12, 0, 2000) + simpson(g, 0, 12, 2000);
}
static double phi(double z, const string& s) { return s == "tanh" ? tanh(z) : max(z, 0.0); }
static double dphi(double z, const string& s) {
  return s == "tanh" ? 1 / pow(cosh(z), 2) : (z > 0 ? 1.0 : 0.0);
}
double variance_map(double q, double vw, double vb, const string& s) {
  chk(q >= 0 && vw >= 0 && vb >= 0, "negative");
  chk(s == "tanh" || s == "relu", "activation");
  return vw * gm([&](double z) { return pow(phi(sqrt(q) * z, s), 2); }) + vb;
}
double variance_fixed_point(double vw, double vb, const string& s) {
  chk(vw >= 0 && vb >= 0, "negative");
  chk(s == "tanh" || s == "relu", "activation");
  if (s == "relu") {
    chk(vw < 2, "ReLU");
    return vb / (1 - 0.5 * vw);
  }
  double a = 1e-300, b = vw + vb + 1e-9;
  for (int i = 0; i < 70; i++) {
    double m = 0.5 * (a + b);
    if (variance_map(m, vw, vb, s) >= m)
      a = m;
    else
      b = m;
  }
  return 0.5 * (a + b);
}
double gradient_factor(double vw, double vb, const string& s) {
  chk(vw >= 0 && vb >= 0, "negative");
  chk(s == "tanh" || s == "relu", "activation");
  if (s == "relu") return 0.5 * vw;
  double q = variance_fixed_point(vw, vb, s);
  return vw * gm([&](double z) { return pow(dphi(sqrt(q) * z, s), 2); });
}
double critical_weight_variance(double vb, const string& s) {
  chk(vb >= 0, "negative");
  chk(s == "tanh" || s == "relu", "activation");
  if (s == "relu") {
    chk(vb == 0, "ReLU with biases");
    return 2;
  }
  auto w = [&](double q) { return 1 / gm([&](double z) { return pow(dphi(sqrt(q) * z, "tanh"), 2); }); };
  auto b = [&](double q) { return q - w(q) * gm([&](double z) { return pow(tanh(sqrt(q) * z), 2); }); };
  double lo = 0, hi = 1;
  while (b(hi) < vb) hi *= 2;
  for (int i = 0; i < 60; i++) {
    double m = (lo + hi) / 2;
    (b(m) < vb ? lo : hi) = m;
  }
  return w(hi);
}
shared_ptr<Network> fit_classifier(const Tensor& x, const Tensor& y, int64_t k, int64_t seed) {
  // three layers of tanh, rate decays over the epochs
  auto p = gaussian_parameters({x.size(1), 128, 64, k}, 1.3, 0, seed);
  Tensor m = x.mean(0);
  double len = (x - m).square().sum(1).mean().item<double>();
  double s = sqrt(x.size(1) / len);
  for (auto& l : p) l = {l.weight.to(torch::kFloat32), l.bias.to(torch::kFloat32)};
  p[0].weight = p[0].weight * s;
  p[0].bias = p[0].bias - p[0].weight.mv(m);
  auto net = make_network(p, "tanh");
  double rate = 1.0 / len;
  for (int e = 0; e < 10; e++, rate *= 0.85)
    train(
        net, x, y,
        {.epochs = 1, .batch_size = 32, .learning_rate = min(rate, 0.02), .momentum = 0.9, .seed = seed + e});
  return net;
}
}  // namespace fcn
