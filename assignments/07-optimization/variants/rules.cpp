// classes with a virtual step; Cholesky of normal equations in LM
#include <memory>
#include "optimization.h"
namespace optimization {
namespace {
void want(bool c, std::string m) { TORCH_CHECK_VALUE(c, m); }
struct Rule {
  virtual ~Rule() = default;
  virtual Tensor where(const Tensor& x) { return x; }
  virtual Tensor next(const Tensor& x, const Tensor& at, const Tensor& g) = 0;
};
Tensor drive(Rule& rule, const Field& grad, const Tensor& x0, int64_t steps) {
  want(x0.dim() == 1, "x0 is no vector");
  want(steps >= 0, "steps < 0");
  Tensor P = x0.unsqueeze(0), x = x0;
  for (int64_t i = 0; i < steps; ++i) {
    Tensor at = rule.where(x), g = grad(at);
    want(g.dim() == 1 && g.size(0) == x0.size(0), "gradient of wrong shape");
    x = rule.next(x, at, g);
    P = torch::cat({P, x.unsqueeze(0)}, 0);
  }
  return P;
}
struct Plain : Rule {
  double a;
  Plain(double a) : a(a) { want(a > 0, "step"); }
  Tensor next(const Tensor& x, const Tensor&, const Tensor& g) override { return torch::sub(x, g, a); }
};
struct Heavy : Rule {
  MomentumOptions o;
  Tensor prev;
  Heavy(MomentumOptions o) : o(o) { want(o.step > 0 && o.momentum >= 0 && o.momentum < 1, "options"); }
  Tensor next(const Tensor& x, const Tensor&, const Tensor& g) override {
    Tensor n = x - o.step * g;
    if (prev.defined()) n = n + o.momentum * (x - prev);
    prev = x;
    return n;
  }
};
struct Nest : Rule {
  MomentumOptions o;
  Tensor prev;
  Nest(MomentumOptions o) : o(o) { want(o.step > 0 && o.momentum >= 0 && o.momentum < 1, "options"); }
  Tensor where(const Tensor& x) override { return prev.defined() ? torch::lerp(prev, x, 1 + o.momentum) : x; }
  Tensor next(const Tensor& x, const Tensor& at, const Tensor& g) override {
    prev = x;
    return at - o.step * g;
  }
};
struct Ada : Rule {
  AdagradOptions o;
  Tensor s;
  Ada(AdagradOptions o) : o(o) { want(o.step > 0 && o.epsilon > 0, "options"); }
  Tensor next(const Tensor& x, const Tensor&, const Tensor& g) override {
    s = s.defined() ? s + g.pow(2) : g.pow(2);
    return x - g * o.step / (torch::sqrt(s) + o.epsilon);
  }
};
struct Rms : Rule {
  RmsPropOptions o;
  std::vector<Tensor> hist;
  Rms(RmsPropOptions o) : o(o) {
    want(o.step > 0 && o.epsilon > 0 && o.decay >= 0 && o.decay < 1, "options");
  }
  Tensor next(const Tensor& x, const Tensor&, const Tensor& g) override {
    hist.push_back(g * g);
    Tensor v = torch::zeros_like(g);
    double w = 1 - o.decay;
    for (auto it = hist.rbegin(); it != hist.rend(); ++it) {
      v = v + w * *it;
      w *= o.decay;
    }
    return x - o.step * g / (v.sqrt() + o.epsilon);
  }
};
struct Adam_ : Rule {
  AdamOptions o;
  bool decoupled;
  int t = 0;
  Tensor m, v;
  Adam_(AdamOptions o, bool d) : o(o), decoupled(d) {
    want(o.step > 0 && o.beta1 >= 0 && o.beta1 < 1 && o.beta2 >= 0 && o.beta2 < 1 && o.epsilon > 0 &&
             o.weight_decay >= 0,
         "options");
  }
  Tensor next(const Tensor& x, const Tensor&, const Tensor& g0) override {
    Tensor g = decoupled ? g0 : g0 + o.weight_decay * x;
    if (t == 0) m = torch::zeros_like(g), v = torch::zeros_like(g);
    t++;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    // Kingma and Ba, section 2: the efficient order
    double r = std::sqrt(1 - std::pow(o.beta2, t));
    Tensor s = o.step * r / (1 - std::pow(o.beta1, t)) * m / (v.sqrt() + o.epsilon * r);
    return decoupled ? x - o.step * o.weight_decay * x - s : x - s;
  }
};
}  // namespace
Tensor gradient_descent(const Field& f, const Tensor& x0, double step, int64_t n) {
  Plain r(step);
  return drive(r, f, x0, n);
}
Tensor heavy_ball(const Field& f, const Tensor& x0, const MomentumOptions& o, int64_t n) {
  Heavy r(o);
  return drive(r, f, x0, n);
}
Tensor nesterov(const Field& f, const Tensor& x0, const MomentumOptions& o, int64_t n) {
  Nest r(o);
  return drive(r, f, x0, n);
}
Tensor adagrad(const Field& f, const Tensor& x0, const AdagradOptions& o, int64_t n) {
  Ada r(o);
  return drive(r, f, x0, n);
}
Tensor rmsprop(const Field& f, const Tensor& x0, const RmsPropOptions& o, int64_t n) {
  Rms r(o);
  return drive(r, f, x0, n);
}
Tensor adam(const Field& f, const Tensor& x0, const AdamOptions& o, int64_t n) {
  Adam_ r(o, false);
  return drive(r, f, x0, n);
}
Tensor adamw(const Field& f, const Tensor& x0, const AdamOptions& o, int64_t n) {
  Adam_ r(o, true);
  return drive(r, f, x0, n);
}
MomentumOptions best_heavy_ball(double a, double b) {
  want(0 < a && a <= b, "bounds");
  double q = std::sqrt(b / a);
  return {4 / (a * (q + 1) * (q + 1)), (q - 1) / (q + 1) * (q - 1) / (q + 1)};
}
MomentumOptions best_nesterov(double a, double b) {
  want(0 < a && a <= b, "bounds");
  double q = std::sqrt(b / a);
  return MomentumOptions{.step = 1 / b, .momentum = (q - 1) / (q + 1)};
}
Tensor sgd(const BatchGradient& gradient, const Tensor& x0, const SgdOptions& o) {
  want(x0.dim() == 1 && o.step > 0 && o.epochs >= 0 && o.points >= 1 && o.batch >= 1 && o.batch <= o.points,
       "options");
  std::seed_seq seq{(uint32_t)o.seed, (uint32_t)(o.seed >> 32)};
  std::minstd_rand engine(seq);
  std::uniform_real_distribution<double> u(0, 1);
  std::vector<Tensor> path{x0};
  int64_t per = (o.points - 1) / o.batch + 1;
  for (int64_t e = 0; e < o.epochs; ++e) {
    std::vector<std::pair<double, int64_t>> keys;
    for (int64_t i = 0; i < o.points; ++i) keys.push_back({u(engine), i});
    std::sort(keys.begin(), keys.end());
    for (int64_t b = 0; b < per; ++b) {
      std::vector<int64_t> idx;
      if (o.replacement) {
        while ((int64_t)idx.size() < o.batch)
          idx.push_back(std::min<int64_t>(o.points - 1, (int64_t)(u(engine) * o.points)));
      } else
        for (int64_t k = b * o.batch; k < std::min((b + 1) * o.batch, o.points); ++k)
          idx.push_back(keys[k].second);
      Tensor g = gradient(path.back(), torch::tensor(idx));
      want(g.sizes() == x0.sizes(), "gradient");
      path.push_back(path.back() - o.step * g);
    }
  }
  return torch::stack(path);
}
Tensor stationary_covariance(const Tensor& H, const Tensor& noise, double step) {
  want(H.dim() == 2 && H.size(0) == H.size(1) && noise.dim() == 2 && noise.size(0) == H.size(0) &&
           noise.size(1) == H.size(1),
       "shapes");
  auto [l, V] = torch::linalg_eigh(H);
  auto a = l.accessor<double, 1>();
  int64_t d = H.size(0);
  want(a[0] > 0, "definite");
  want(step > 0 && step * a[d - 1] < 2, "step");
  Tensor S = torch::einsum("ia,ij,jb->ab", {V, noise, V}).contiguous();
  auto s = S.accessor<double, 2>();
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j) {
      double mi = 1 - step * a[i], mj = 1 - step * a[j];
      s[i][j] *= step * step / (1 - mi * mj);
    }
  return torch::einsum("ia,ab,jb->ij", {V, S, V});
}
static Tensor solve_spd(const Tensor& A, const Tensor& b) {
  Tensor L = torch::linalg_cholesky(A);
  Tensor z = torch::linalg_solve_triangular(L, b.view({-1, 1}), false);
  return torch::linalg_solve_triangular(L.transpose(0, 1), z, true).view(-1);
}
Tensor newton(const Field& gradient, const Field& hessian, const Tensor& x0, int64_t steps) {
  want(x0.dim() == 1 && steps >= 0, "arguments");
  std::vector<Tensor> p = {x0};
  while ((int64_t)p.size() <= steps) {
    Tensor x = p.back(), g = gradient(x), H = hessian(x);
    want(g.sizes() == x.sizes() && H.dim() == 2 && H.size(0) == x.size(0) && H.size(1) == x.size(0),
         "callback");
    p.push_back(x - solve_spd(H, g));
  }
  return torch::stack(p);
}
Tensor gaussian_gradient(const Tensor& x, const Tensor& theta) {
  want(x.dim() == 1 && x.size(0) > 0 && theta.dim() == 1 && theta.size(0) == 2, "shapes");
  double mu = theta[0].item<double>(), ls = theta[1].item<double>();
  Tensor d = x - mu;
  double m1 = d.mean().item<double>(), m2 = d.pow(2).mean().item<double>();
  return torch::tensor({-m1 * std::exp(-2 * ls), 1 - m2 * std::exp(-2 * ls)}, torch::kFloat64);
}
Tensor gaussian_fisher(const Tensor& theta) {
  want(theta.dim() == 1 && theta.size(0) == 2, "theta");
  return torch::tensor({{std::exp(-2 * theta[1].item<double>()), 0.0}, {0.0, 2.0}}, torch::kFloat64);
}
Tensor natural_gradient(const Field& gradient, const Field& fisher, const Tensor& theta0,
                        const NaturalOptions& o, int64_t steps) {
  want(theta0.dim() == 1 && steps >= 0 && o.step > 0 && o.damping >= 0, "arguments");
  std::vector<Tensor> p{theta0};
  for (int64_t k = 0; k < steps; ++k) {
    const Tensor th = p.back();
    Tensor F = fisher(th), g = gradient(th);
    want(g.sizes() == th.sizes() && F.dim() == 2 && F.size(0) == th.size(0) && F.size(1) == th.size(0),
         "callback");
    p.push_back(th - o.step * solve_spd(F + o.damping * torch::eye(th.size(0), torch::kFloat64), g));
  }
  return torch::stack(p);
}
Tensor conjugate_gradients(const Field& product, const Tensor& b, const Tensor& x0, const Stopping& st) {
  want(x0.dim() == 1 && b.sizes() == x0.sizes() && st.tolerance > 0 && st.max_steps >= 0, "arguments");
  auto A = [&](const Tensor& v) {
    Tensor w = product(v);
    want(w.sizes() == b.sizes(), "product");
    return w;
  };
  std::vector<Tensor> xs{x0};
  Tensor r = b - A(x0), p = r;
  double rho = r.square().sum().item<double>(), bb = b.square().sum().item<double>();
  while (rho > st.tolerance * st.tolerance * bb) {
    want((int64_t)xs.size() - 1 < st.max_steps, "steps");
    Tensor q = A(p);
    double pq = (p * q).sum().item<double>();
    want(pq > 0, "definite");
    Tensor rn = r - rho / pq * q;
    xs.push_back(xs.back() + rho / pq * p);
    double beta = (rn * (rn - r)).sum().item<double>() / rho;  // Polak and Ribiere
    p = rn + beta * p;
    r = rn;
    rho = r.square().sum().item<double>();
  }
  return torch::stack(xs);
}
Point wolfe_search(const Objective& value, const Field& gradient, const Point& from,
                   const Tensor& direction) {
  want(from.x.dim() == 1 && direction.sizes() == from.x.sizes() && from.gradient.sizes() == from.x.sizes(),
       "shapes");
  const double s0 = torch::dot(from.gradient, direction).item<double>();
  want(s0 < 0, "uphill");
  double a = 1.0, low = 0.0;
  std::optional<double> high;
  int trials = 60;
  while (trials-- > 0) {
    Tensor x = from.x + a * direction;
    double f = value(x);
    bool armijo = std::isfinite(f) && f - from.value <= 1e-4 * a * s0;
    if (armijo) {
      Tensor g = gradient(x);
      want(g.sizes() == x.sizes(), "gradient");
      if (torch::dot(g, direction).item<double>() >= 0.9 * s0) return {x, f, g};
      low = a;
    } else
      high = a;
    a = high ? (low + *high) / 2 : 2 * low;
  }
  want(false, "60 trials");
  return from;
}
Tensor bfgs_update(const Tensor& H, const Tensor& s, const Tensor& y) {
  want(s.dim() == 1 && y.sizes() == s.sizes() && H.dim() == 2 && H.size(0) == s.size(0) &&
           H.size(1) == s.size(0),
       "shapes");
  double ys = y.dot(s).item<double>();
  if (ys <= 1e-12 * (s.norm() * y.norm()).item<double>()) return H;
  Tensor I = torch::eye(s.size(0), torch::kFloat64), S = s.unsqueeze(1), Y = y.unsqueeze(1);
  double rho = 1 / ys;
  return torch::linalg_multi_dot({I - rho * S.mm(Y.t()), H, I - rho * Y.mm(S.t())}) + rho * S.mm(S.t());
}
Tensor bfgs(const Objective& value, const Field& gradient, const Tensor& x0, const Stopping& st) {
  want(x0.dim() == 1 && st.tolerance > 0 && st.max_steps >= 0, "arguments");
  Point p;
  p.x = x0;
  p.gradient = gradient(x0);
  want(p.gradient.sizes() == x0.sizes(), "gradient");
  p.value = value(x0);
  Tensor H = torch::eye(x0.size(0), torch::kFloat64);
  std::vector<Tensor> xs{x0};
  while (!(torch::linalg_vector_norm(p.gradient, INFINITY).item<double>() <= st.tolerance)) {
    if ((int64_t)xs.size() > st.max_steps) want(false, "max_steps");
    Tensor d = H.matmul(p.gradient).neg();
    Point q = wolfe_search(value, gradient, p, d);
    Tensor s = q.x - p.x, y = q.gradient - p.gradient;
    if (xs.size() == 1) H.mul_(y.dot(s) / y.dot(y));
    H = bfgs_update(H, s, y);
    H = (H + H.t()) / 2;
    p = q;
    xs.push_back(q.x);
  }
  return torch::stack(xs);
}
Tensor levenberg_marquardt(const Field& residuals, const Field& jacobian, const Tensor& x0,
                           const Stopping& st) {
  want(x0.dim() == 1 && st.tolerance > 0 && st.max_steps >= 0, "arguments");
  int64_t d = x0.size(0);
  Tensor x = x0, r = residuals(x0);
  want(r.dim() == 1 && r.size(0) >= d, "residuals");
  std::vector<Tensor> xs{x0};
  Tensor D = torch::zeros({d}, torch::kFloat64);
  double lam = 1e-3;
  while (true) {
    Tensor J = jacobian(x);
    want(J.dim() == 2 && J.size(0) == r.size(0) && J.size(1) == d, "jacobian");
    Tensor n = J.norm(2, 0);
    D = torch::max(D, n);
    Tensor cosines = (J.t().mv(r)).abs() - st.tolerance * n * r.norm();
    if (cosines.max().item<double>() <= 0) return torch::stack(xs);
    want((int64_t)xs.size() <= st.max_steps, "max_steps");
    Tensor E = D.masked_fill(D == 0, 1.0), B = J / E, K = B.t().mm(B), g = B.t().mv(r);
    for (;;) {
      auto [L, info] = torch::linalg_cholesky_ex(K + lam * torch::eye(d, torch::kFloat64));
      if (info.item<int>() != 0) {
        lam *= 10;
        continue;
      }
      Tensor z = torch::linalg_solve_triangular(
                     L.t(), torch::linalg_solve_triangular(L, g.unsqueeze(1), false), true)
                     .squeeze(1)
                     .neg();
      if (!(z.norm() > 0x1p-52 * (E * x).norm()).item<bool>()) return torch::stack(xs);
      Tensor xn = x + z / E, rn = residuals(xn);
      want(rn.sizes() == r.sizes(), "residuals");
      if (rn.dot(rn).item<double>() < r.dot(r).item<double>()) {
        x = xn;
        r = rn;
        lam /= 10;
        xs.push_back(x);
        break;
      }
      lam *= 10;
    }
  }
}
}  // namespace optimization
