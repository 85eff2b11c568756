// in place on own clones, preallocated paths
#include <ATen/CPUGeneratorImpl.h>
#include "optimization.h"
#define REQUIRE(c, ...) TORCH_CHECK_VALUE(c, __VA_ARGS__)
namespace optimization {
static void range(const Tensor& x0, double step, int64_t n) {
  REQUIRE(x0.dim() == 1, "x0");
  REQUIRE(step > 0, "step");
  REQUIRE(n >= 0, "steps");
}
static Tensor ask(const Field& f, const Tensor& x, std::vector<int64_t> shape) {
  Tensor v = f(x);
  REQUIRE(v.sizes() == at::IntArrayRef(shape), "callback returned ", v.sizes());
  return v;
}
Tensor gradient_descent(const Field& gradient, const Tensor& x0, double step, int64_t steps) {
  range(x0, step, steps);
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone();
  for (int64_t t = 1; t <= steps; ++t) {
    x.add_(ask(gradient, x, {x0.size(0)}), -step);
    P[t] = x;
  }
  return P;
}
Tensor heavy_ball(const Field& gradient, const Tensor& x0, const MomentumOptions& o, int64_t steps) {
  range(x0, o.step, steps);
  REQUIRE(!(o.momentum < 0) && o.momentum < 1, "momentum");
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone(), buf = torch::zeros_like(x0);
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {x0.size(0)});
    buf.mul_(o.momentum).add_(g);
    x.sub_(buf, o.step);
    P[t] = x;
  }
  return P;
}
MomentumOptions best_heavy_ball(double m, double L) {
  REQUIRE(m > 0, "m");
  REQUIRE(L >= m, "L");
  double s = std::sqrt(L) + std::sqrt(m), d = std::sqrt(L) - std::sqrt(m);
  return {4 / (s * s), d * d / (s * s)};
}
Tensor nesterov(const Field& gradient, const Tensor& x0, const MomentumOptions& o, int64_t steps) {
  range(x0, o.step, steps);
  REQUIRE(o.momentum >= 0 && o.momentum < 1, "momentum");
  auto P = torch::zeros({steps + 1, x0.size(0)}, x0.options());
  P[0].copy_(x0);
  for (int64_t t = 0; t < steps; ++t) {
    auto y = t == 0 ? P[0].clone() : P[t] + o.momentum * (P[t] - P[t - 1]);
    auto g = ask(gradient, y, {x0.size(0)});
    P[t + 1].copy_(y.sub_(g, o.step));
  }
  return P;
}
MomentumOptions best_nesterov(double m, double L) {
  REQUIRE(m > 0 && L >= m, "range");
  double q = std::sqrt(m / L);
  return {1.0 / L, (1 - q) / (1 + q)};
}
Tensor adagrad(const Field& gradient, const Tensor& x0, const AdagradOptions& o, int64_t steps) {
  range(x0, o.step, steps);
  REQUIRE(o.epsilon > 0, "eps");
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone(), s = torch::zeros_like(x);
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {x0.size(0)});
    s.addcmul_(g, g);
    x.addcdiv_(g, s.sqrt().add_(o.epsilon), -o.step);
    P[t] = x;
  }
  return P;
}
Tensor rmsprop(const Field& gradient, const Tensor& x0, const RmsPropOptions& o, int64_t steps) {
  range(x0, o.step, steps);
  REQUIRE(o.epsilon > 0, "eps");
  REQUIRE(o.decay >= 0 && o.decay < 1, "decay");
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone(), v = torch::zeros_like(x);
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {x0.size(0)});
    v.mul_(o.decay).addcmul_(g, g, 1 - o.decay);
    x.addcdiv_(g, v.sqrt().add_(o.epsilon), -o.step);
    P[t] = x;
  }
  return P;
}
static void adam_range(const Tensor& x0, const AdamOptions& o, int64_t steps) {
  range(x0, o.step, steps);
  REQUIRE(o.beta1 >= 0 && o.beta1 < 1, "b1");
  REQUIRE(o.beta2 >= 0 && o.beta2 < 1, "b2");
  REQUIRE(o.epsilon > 0, "eps");
  REQUIRE(o.weight_decay >= 0, "wd");
}
Tensor adam(const Field& gradient, const Tensor& x0, const AdamOptions& o, int64_t steps) {
  adam_range(x0, o, steps);
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone(), m = torch::zeros_like(x), v = torch::zeros_like(x);
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {x0.size(0)}).clone();
    g.add_(x, o.weight_decay);
    m.lerp_(g, 1 - o.beta1);
    v.lerp_(g * g, 1 - o.beta2);
    double c1 = 1 - std::pow(o.beta1, t), c2 = 1 - std::pow(o.beta2, t);
    x.addcdiv_(m, v.sqrt().div_(std::sqrt(c2)).add_(o.epsilon), -o.step / c1);
    P[t] = x;
  }
  return P;
}
Tensor adamw(const Field& gradient, const Tensor& x0, const AdamOptions& o, int64_t steps) {
  adam_range(x0, o, steps);
  auto P = torch::empty({steps + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone(), m = torch::zeros_like(x), v = torch::zeros_like(x);
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {x0.size(0)});
    x.mul_(1 - o.step * o.weight_decay);
    m.mul_(o.beta1).add_(g, 1 - o.beta1);
    v.mul_(o.beta2).addcmul_(g, g, 1 - o.beta2);
    double c1 = 1 - std::pow(o.beta1, t), c2 = 1 - std::pow(o.beta2, t);
    x.addcdiv_(m / c1, (v / c2).sqrt() + o.epsilon, -o.step);
    P[t] = x;
  }
  return P;
}
Tensor sgd(const BatchGradient& gradient, const Tensor& x0, const SgdOptions& o) {
  range(x0, o.step, o.epochs);
  REQUIRE(o.points >= 1 && o.batch >= 1 && o.batch <= o.points, "batch");
  auto gen = at::make_generator<at::CPUGeneratorImpl>((uint64_t)o.seed);
  int64_t per = (o.points + o.batch - 1) / o.batch;
  auto P = torch::empty({o.epochs * per + 1, x0.size(0)}, x0.options());
  P[0] = x0;
  auto x = x0.clone();
  int64_t row = 0;
  for (int64_t e = 0; e < o.epochs; ++e) {
    auto batches = o.replacement
                       ? torch::randint(0, o.points, {per * o.batch}, gen, torch::kLong).split(o.batch)
                       : torch::randperm(o.points, gen, torch::kLong).split(o.batch);
    for (auto& b : batches) {
      auto g = gradient(x, b);
      REQUIRE(g.sizes() == x0.sizes(), "gradient");
      x.sub_(g, o.step);
      P[++row] = x;
    }
  }
  return P;
}
Tensor stationary_covariance(const Tensor& H, const Tensor& noise, double step) {
  REQUIRE(H.dim() == 2 && H.size(0) == H.size(1), "H");
  REQUIRE(noise.sizes().equals(H.sizes()), "noise");
  auto e = torch::linalg_eigvalsh(H);
  REQUIRE(e[0].item<double>() > 0, "H not positive definite");
  REQUIRE(step > 0 && step * e[-1].item<double>() < 2, "step");
  // Kronecker system by QR
  int64_t d = H.size(0);
  auto M = torch::eye(d, H.options()) - step * H;
  auto K = torch::eye(d * d, H.options()) - torch::kron(M, M);
  auto [Q, R] = torch::linalg_qr(K);
  return torch::linalg_solve_triangular(R, Q.t().mm((step * step * noise).reshape({d * d, 1})), true)
      .reshape({d, d});
}
static Tensor spd(const Tensor& A, const Tensor& b) {
  auto [w, V] = torch::linalg_eigh(A);
  REQUIRE(w[0].item<double>() > 1e-14 * w[-1].abs().item<double>(), "not positive definite: ", w);
  return V.mv(V.t().mv(b) / w);
}
Tensor newton(const Field& gradient, const Field& hessian, const Tensor& x0, int64_t steps) {
  range(x0, 1, steps);
  int64_t d = x0.size(0);
  auto P = torch::empty({steps + 1, d}, x0.options());
  P[0] = x0;
  auto x = x0.clone();
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {d});
    auto H = ask(hessian, x, {d, d});
    x.sub_(spd(H, g));
    P[t] = x;
  }
  return P;
}
Tensor gaussian_gradient(const Tensor& x, const Tensor& theta) {
  REQUIRE(x.dim() == 1 && x.numel() > 0, "x");
  REQUIRE(theta.sizes() == at::IntArrayRef({2}), "theta");
  auto s = theta[1].exp(), z = (x - theta[0]) / s;
  auto out = torch::empty({2}, torch::kFloat64);
  out[0] = -z.mean() / s;
  out[1] = 1 - (z * z).mean();
  return out;
}
Tensor gaussian_fisher(const Tensor& theta) {
  REQUIRE(theta.sizes() == at::IntArrayRef({2}), "theta");
  auto F = torch::zeros({2, 2}, torch::kFloat64);
  F[0][0] = 1 / theta[1].exp().square();
  F[1][1] = 2;
  return F;
}
Tensor natural_gradient(const Field& gradient, const Field& fisher, const Tensor& theta0,
                        const NaturalOptions& o, int64_t steps) {
  range(theta0, o.step, steps);
  REQUIRE(o.damping >= 0, "damping");
  int64_t d = theta0.size(0);
  auto P = torch::empty({steps + 1, d}, theta0.options());
  P[0] = theta0;
  auto x = theta0.clone();
  for (int64_t t = 1; t <= steps; ++t) {
    auto g = ask(gradient, x, {d});
    auto F = ask(fisher, x, {d, d}).clone();
    F.diagonal().add_(o.damping);
    x.sub_(spd(F, g), o.step);
    P[t] = x;
  }
  return P;
}
Tensor conjugate_gradients(const Field& product, const Tensor& b, const Tensor& x0, const Stopping& st) {
  REQUIRE(x0.dim() == 1 && b.dim() == 1 && b.size(0) == x0.size(0), "shapes");
  REQUIRE(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  int64_t d = b.size(0);
  auto x = x0.clone(), r = b - ask(product, x, {d}), p = r.clone();
  std::vector<Tensor> path{x.clone()};
  double goal = st.tolerance * b.norm().item<double>();
  for (int64_t k = 0;; ++k) {
    if (r.norm().item<double>() <= goal) return torch::stack(path);
    REQUIRE(k < st.max_steps, "max_steps");
    auto Ap = ask(product, p, {d});
    double pAp = p.dot(Ap).item<double>();
    REQUIRE(pAp > 0, "indefinite");
    double a = p.dot(r).item<double>() / pAp;
    x.add_(p, a);
    r.sub_(Ap, a);  // Hestenes and Stiefel's other formulas
    double beta = -r.dot(Ap).item<double>() / pAp;
    p.mul_(beta).add_(r);
    path.push_back(x.clone());
  }
}
Point wolfe_search(const Objective& value, const Field& gradient, const Point& from,
                   const Tensor& direction) {
  REQUIRE(from.x.dim() == 1 && from.gradient.sizes() == from.x.sizes() && direction.sizes() == from.x.sizes(),
          "shapes");
  double m = direction.dot(from.gradient).item<double>();
  REQUIRE(m < 0, "not downhill");
  double lo = 0, hi = std::numeric_limits<double>::infinity(), a = 1;
  for (int k = 0; k < 60; ++k, a = std::isfinite(hi) ? lo + (hi - lo) / 2 : 2 * lo) {
    Point q;
    q.x = torch::add(from.x, direction, a);
    q.value = value(q.x);
    if (!(q.value <= from.value + 1e-4 * a * m) || !std::isfinite(q.value)) {
      hi = a;
      continue;
    }
    q.gradient = ask(gradient, q.x, {from.x.size(0)});
    if (q.gradient.dot(direction).item<double>() < 0.9 * m) {
      lo = a;
      continue;
    }
    return q;
  }
  REQUIRE(false, "no Wolfe point in 60 trials");
}
Tensor bfgs_update(const Tensor& H, const Tensor& s, const Tensor& y) {
  REQUIRE(s.dim() == 1 && y.sizes() == s.sizes() && H.sizes() == at::IntArrayRef({s.size(0), s.size(0)}),
          "shapes");
  double ys = y.dot(s).item<double>();
  if (!(ys > 1e-12 * s.norm().item<double>() * y.norm().item<double>())) return H;
  auto Hy = H.mv(y), yH = H.t().mv(y);
  auto N = H.clone();
  N.addr_(s, yH, 1, -1 / ys);
  N.addr_(Hy, s, 1, -1 / ys);
  N.addr_(s, s, 1, (1 + y.dot(Hy).item<double>() / ys) / ys);
  return N;
}
Tensor bfgs(const Objective& value, const Field& gradient, const Tensor& x0, const Stopping& st) {
  REQUIRE(x0.dim() == 1, "x0");
  REQUIRE(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  int64_t d = x0.size(0);
  Point at{x0.clone(), value(x0), ask(gradient, x0, {d})};
  std::vector<Tensor> path{x0};
  // two-loop recursion with all pairs: the same H
  std::vector<Tensor> S, Y;
  double gamma = 1;
  while (at.gradient.abs().max().item<double>() > st.tolerance) {
    REQUIRE((int64_t)path.size() <= st.max_steps, "max_steps");
    auto q = at.gradient.clone();
    std::vector<double> al(S.size());
    for (int64_t i = (int64_t)S.size() - 1; i >= 0; --i) {
      al[i] = (S[i].dot(q) / Y[i].dot(S[i])).item<double>();
      q.sub_(Y[i], al[i]);
    }
    q.mul_(gamma);
    for (size_t i = 0; i < S.size(); ++i) {
      double be = (Y[i].dot(q) / Y[i].dot(S[i])).item<double>();
      q.add_(S[i], al[i] - be);
    }
    Point nx = wolfe_search(value, gradient, at, -q);
    auto s = nx.x - at.x, y = nx.gradient - at.gradient;
    if (path.size() == 1) gamma = (y.dot(s) / y.dot(y)).item<double>();
    if ((y.dot(s) > 1e-12 * s.norm() * y.norm()).item<bool>()) {
      S.push_back(s);
      Y.push_back(y);
    }
    at = nx;
    path.push_back(nx.x);
  }
  return torch::stack(path);
}
Tensor levenberg_marquardt(const Field& residuals, const Field& jacobian, const Tensor& x0,
                           const Stopping& st) {
  REQUIRE(x0.dim() == 1, "x0");
  REQUIRE(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  int64_t d = x0.size(0);
  auto x = x0.clone();
  auto r = residuals(x);
  REQUIRE(r.dim() == 1 && r.size(0) >= d, "residuals");
  int64_t n = r.size(0);
  std::vector<Tensor> path{x.clone()};
  double lam = 1e-3;
  Tensor D = torch::zeros({d}, torch::kFloat64);
  for (;;) {
    auto J = ask(jacobian, x, {n, d});
    auto len = J.square().sum(0).sqrt();
    D = torch::maximum(D, len);
    if (((J.t().mv(r)).abs() <= st.tolerance * len * r.norm()).all().item<bool>()) break;
    REQUIRE((int64_t)path.size() <= st.max_steps, "max_steps");
    auto E = torch::where(D > 0, D, torch::ones_like(D));
    auto [U, s, Vt] = torch::linalg_svd(J / E, false);  // one SVD serves all lambdas
    auto c = U.t().mv(r);
    bool moved = false, lost = false;
    while (!moved) {
      auto z = -Vt.t().mv(s / (s * s + lam) * c);
      if (!(z.norm().item<double>() >
            std::numeric_limits<double>::epsilon() * (E * x).norm().item<double>())) {
        lost = true;
        break;
      }
      auto nx = x + z / E;
      auto nr = ask(residuals, nx, {n});
      double was = r.square().sum().item<double>(), is = nr.square().sum().item<double>();
      if (is < was) {
        x = nx;
        r = nr;
        lam *= 0.1;
        path.push_back(nx);
        moved = true;
      } else
        lam *= 10;
    }
    if (lost) break;
  }
  return torch::stack(path);
}
}  // namespace optimization
