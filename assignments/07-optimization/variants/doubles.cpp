// plain doubles everywhere; tensors only at the border
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>
#include "optimization.h"
namespace optimization {
namespace {
using V = std::vector<double>;
[[noreturn]] void fail(const std::string& s) {
  TORCH_CHECK_VALUE(false, s);
  throw std::logic_error("");
}
void need(bool c, const char* s) {
  if (!c) fail(s);
}
V vec(const Tensor& t) {
  Tensor c = t.contiguous();
  return V(c.data_ptr<double>(), c.data_ptr<double>() + c.numel());
}
Tensor ten(const V& v) { return torch::tensor(v, torch::kFloat64); }
V call(const Field& f, const V& x, size_t n) {
  Tensor g = f(ten(x));
  need(g.dim() == 1 && (size_t)g.size(0) == n, "callback shape");
  return vec(g);
}
V callm(const Field& f, const V& x, size_t n, size_t m) {
  Tensor g = f(ten(x));
  need(g.dim() == 2 && (size_t)g.size(0) == n && (size_t)g.size(1) == m, "callback shape");
  return vec(g);
}
Tensor pathof(const std::vector<V>& p) {
  V all;
  for (auto& q : p) all.insert(all.end(), q.begin(), q.end());
  return ten(all).reshape({(int64_t)p.size(), (int64_t)p[0].size()});
}
double dot(const V& a, const V& b) {
  double s = 0;
  for (size_t i = 0; i < a.size(); i++) s += a[i] * b[i];
  return s;
}
V start(const Tensor& x0, double step, int64_t steps) {
  need(x0.dim() == 1, "x0 must be a vector");
  need(step > 0, "step");
  need(steps >= 0, "steps");
  return vec(x0);
}
V chol_solve(V A, V b) {
  size_t d = b.size();
  for (size_t j = 0; j < d; j++) {
    double s = A[j * d + j];
    for (size_t k = 0; k < j; k++) s -= A[j * d + k] * A[j * d + k];
    need(s > 0, "not positive definite");
    A[j * d + j] = std::sqrt(s);
    for (size_t i = j + 1; i < d; i++) {
      double t = A[i * d + j];
      for (size_t k = 0; k < j; k++) t -= A[i * d + k] * A[j * d + k];
      A[i * d + j] = t / A[j * d + j];
    }
  }
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < i; k++) b[i] -= A[i * d + k] * b[k];
    b[i] /= A[i * d + i];
  }
  for (size_t i = d; i-- > 0;) {
    for (size_t k = i + 1; k < d; k++) b[i] -= A[k * d + i] * b[k];
    b[i] /= A[i * d + i];
  }
  return b;
}
}  // namespace
Tensor gradient_descent(const Field& gradient, const Tensor& x0, double step, int64_t steps) {
  V x = start(x0, step, steps);
  std::vector<V> p{x};
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, x.size());
    for (size_t i = 0; i < x.size(); i++) x[i] -= step * g[i];
    p.push_back(x);
  }
  return pathof(p);
}
Tensor heavy_ball(const Field& gradient, const Tensor& x0, const MomentumOptions& o, int64_t steps) {
  V x = start(x0, o.step, steps);
  need(o.momentum >= 0 && o.momentum < 1, "momentum");
  std::vector<V> p{x};
  V v(x.size(), 0.0);
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, x.size());
    for (size_t i = 0; i < x.size(); i++) {
      v[i] = o.momentum * v[i] - o.step * g[i];
      x[i] += v[i];
    }
    p.push_back(x);
  }
  return pathof(p);
}
MomentumOptions best_heavy_ball(double s, double l) {
  need(s > 0 && s <= l, "spectrum");
  double k = l / s, r = (std::sqrt(k) - 1) / (std::sqrt(k) + 1);
  return {(1 + r) * (1 + r) / l, r * r};
}
Tensor nesterov(const Field& gradient, const Tensor& x0, const MomentumOptions& o, int64_t steps) {
  V x = start(x0, o.step, steps), last = x;
  need(0 <= o.momentum && o.momentum < 1, "momentum");
  std::vector<V> p{x};
  for (int64_t t = 0; t < steps; t++) {
    V y(x.size());
    for (size_t i = 0; i < x.size(); i++) y[i] = x[i] + o.momentum * (x[i] - last[i]);
    V g = call(gradient, y, x.size());
    last = x;
    for (size_t i = 0; i < x.size(); i++) x[i] = y[i] - o.step * g[i];
    p.push_back(x);
  }
  return pathof(p);
}
MomentumOptions best_nesterov(double s, double l) {
  need(s > 0 && s <= l, "spectrum");
  return {1 / l, (std::sqrt(l) - std::sqrt(s)) / (std::sqrt(l) + std::sqrt(s))};
}
Tensor adagrad(const Field& gradient, const Tensor& x0, const AdagradOptions& o, int64_t steps) {
  V x = start(x0, o.step, steps), s(x.size(), 0);
  need(o.epsilon > 0, "eps");
  std::vector<V> p{x};
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, x.size());
    for (size_t i = 0; i < x.size(); i++) {
      s[i] += g[i] * g[i];
      x[i] -= o.step * g[i] / (std::sqrt(s[i]) + o.epsilon);
    }
    p.push_back(x);
  }
  return pathof(p);
}
Tensor rmsprop(const Field& gradient, const Tensor& x0, const RmsPropOptions& o, int64_t steps) {
  V x = start(x0, o.step, steps), s(x.size(), 0);
  need(o.epsilon > 0, "eps");
  need(o.decay >= 0 && o.decay < 1, "decay");
  std::vector<V> p{x};
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, x.size());
    for (size_t i = 0; i < x.size(); i++) {
      s[i] = o.decay * s[i] + (1 - o.decay) * g[i] * g[i];
      x[i] -= o.step * g[i] / (std::sqrt(s[i]) + o.epsilon);
    }
    p.push_back(x);
  }
  return pathof(p);
}
namespace {
Tensor adams(const Field& gradient, const Tensor& x0, const AdamOptions& o, int64_t steps, bool w) {
  V x = start(x0, o.step, steps), m(x.size(), 0), v(x.size(), 0);
  need(o.beta1 >= 0 && o.beta1 < 1 && o.beta2 >= 0 && o.beta2 < 1, "betas");
  need(o.epsilon > 0, "eps");
  need(o.weight_decay >= 0, "decay");
  std::vector<V> p{x};
  double b1 = 1, b2 = 1;
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, x.size());
    b1 *= o.beta1;
    b2 *= o.beta2;
    for (size_t i = 0; i < x.size(); i++) {
      double gi = w ? g[i] : g[i] + o.weight_decay * x[i];
      m[i] += (1 - o.beta1) * (gi - m[i]);
      v[i] += (1 - o.beta2) * (gi * gi - v[i]);
      if (w) x[i] *= 1 - o.step * o.weight_decay;
      x[i] -= o.step * (m[i] / (1 - b1)) / (std::sqrt(v[i] / (1 - b2)) + o.epsilon);
    }
    p.push_back(x);
  }
  return pathof(p);
}
}  // namespace
Tensor adam(const Field& g, const Tensor& x0, const AdamOptions& o, int64_t s) {
  return adams(g, x0, o, s, false);
}
Tensor adamw(const Field& g, const Tensor& x0, const AdamOptions& o, int64_t s) {
  return adams(g, x0, o, s, true);
}
Tensor sgd(const BatchGradient& gradient, const Tensor& x0, const SgdOptions& o) {
  V x = start(x0, o.step, o.epochs);
  need(o.points >= 1, "points");
  need(o.batch >= 1 && o.batch <= o.points, "batch");
  std::mt19937 rng(static_cast<unsigned>(o.seed ^ (o.seed >> 32)));
  std::vector<V> p{x};
  std::vector<int64_t> order(o.points);
  for (int64_t i = 0; i < o.points; i++) order[i] = i;
  for (int64_t e = 0; e < o.epochs; e++) {
    for (int64_t i = o.points - 1; i > 0; i--)
      std::swap(order[i], order[std::uniform_int_distribution<int64_t>(0, i)(rng)]);
    for (int64_t b = 0; b < o.points; b += o.batch) {
      std::vector<int64_t> idx;
      if (o.replacement)
        for (int64_t k = 0; k < o.batch; k++)
          idx.push_back(std::uniform_int_distribution<int64_t>(0, o.points - 1)(rng));
      else
        for (int64_t k = b; k < std::min(b + o.batch, o.points); k++) idx.push_back(order[k]);
      Tensor gt = gradient(ten(x), torch::tensor(idx, torch::kInt64));
      need(gt.dim() == 1 && gt.size(0) == x0.size(0), "gradient shape");
      V g = vec(gt);
      for (size_t i = 0; i < x.size(); i++) x[i] -= o.step * g[i];
      p.push_back(x);
    }
  }
  return pathof(p);
}
Tensor stationary_covariance(const Tensor& H, const Tensor& noise, double step) {
  need(H.dim() == 2 && noise.dim() == 2 && H.size(0) == H.size(1) && noise.size(0) == H.size(0) &&
           noise.size(1) == H.size(0),
       "shapes");
  double hi = torch::linalg_eigvalsh(H).max().item<double>(),
         lo = torch::linalg_eigvalsh(H).min().item<double>();
  need(lo > 0, "H");
  need(step > 0 && step < 2 / hi, "step");
  // doubling: C = sum_k M^k Q M^k
  Tensor M = torch::eye(H.size(0), torch::kFloat64) - step * H, C = step * step * noise;
  for (int i = 0; i < 60; i++) {
    C = C + M.mm(C).mm(M.t());
    M = M.mm(M);
  }
  return C;
}
Tensor newton(const Field& gradient, const Field& hessian, const Tensor& x0, int64_t steps) {
  V x = start(x0, 1, steps);
  std::vector<V> p{x};
  size_t d = x.size();
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, d), h = callm(hessian, x, d, d);
    V s = chol_solve(h, g);
    for (size_t i = 0; i < d; i++) x[i] -= s[i];
    p.push_back(x);
  }
  return pathof(p);
}
Tensor gaussian_gradient(const Tensor& x, const Tensor& theta) {
  need(x.dim() == 1 && x.size(0) >= 1, "x");
  need(theta.dim() == 1 && theta.size(0) == 2, "theta");
  V v = vec(x);
  double mu = theta[0].item<double>(), ls = theta[1].item<double>(), s = std::exp(ls), a = 0, b = 0;
  for (double q : v) {
    double z = (q - mu) / s;
    a += -z / s;
    b += 1 - z * z;
  }
  return ten({a / v.size(), b / v.size()});
}
Tensor gaussian_fisher(const Tensor& theta) {
  need(theta.dim() == 1 && theta.size(0) == 2, "theta");
  double s = std::exp(theta[1].item<double>());
  return ten({1 / (s * s), 0, 0, 2}).reshape({2, 2});
}
Tensor natural_gradient(const Field& gradient, const Field& fisher, const Tensor& theta0,
                        const NaturalOptions& o, int64_t steps) {
  V x = start(theta0, o.step, steps);
  need(o.damping >= 0, "damping");
  std::vector<V> p{x};
  size_t d = x.size();
  for (int64_t t = 0; t < steps; t++) {
    V g = call(gradient, x, d), F = callm(fisher, x, d, d);
    for (size_t i = 0; i < d; i++) F[i * d + i] += o.damping;
    V s = chol_solve(F, g);
    for (size_t i = 0; i < d; i++) x[i] -= o.step * s[i];
    p.push_back(x);
  }
  return pathof(p);
}
Tensor conjugate_gradients(const Field& product, const Tensor& b_, const Tensor& x0, const Stopping& st) {
  need(b_.dim() == 1 && x0.dim() == 1 && b_.size(0) == x0.size(0), "shapes");
  need(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  V b = vec(b_), x = vec(x0), r = call(product, x, b.size());
  for (size_t i = 0; i < b.size(); i++) r[i] = b[i] - r[i];
  V d = r;
  double rr = dot(r, r), stop = st.tolerance * std::sqrt(dot(b, b));
  std::vector<V> p{x};
  for (int64_t k = 0; std::sqrt(rr) > stop; k++) {
    need(k < st.max_steps, "too few steps");
    V q = call(product, d, b.size());
    double dq = dot(d, q);
    need(dq > 0, "not positive definite");
    double a = rr / dq;
    for (size_t i = 0; i < x.size(); i++) {
      x[i] += a * d[i];
      r[i] -= a * q[i];
    }
    double n = dot(r, r);
    for (size_t i = 0; i < x.size(); i++) d[i] = r[i] + n / rr * d[i];
    rr = n;
    p.push_back(x);
  }
  return pathof(p);
}
Point wolfe_search(const Objective& value, const Field& gradient, const Point& from,
                   const Tensor& direction) {
  need(from.x.dim() == 1 && direction.dim() == 1 && from.gradient.dim() == 1, "dims");
  V x = vec(from.x), d = vec(direction), g0 = vec(from.gradient);
  need(x.size() == d.size() && d.size() == g0.size(), "sizes");
  double slope = dot(g0, d);
  need(slope < 0, "uphill");
  double lo = 0, hi = -1, a = 1;
  for (int i = 0; i < 60; i++) {
    V y(x.size());
    for (size_t k = 0; k < x.size(); k++) y[k] = x[k] + a * d[k];
    double f = value(ten(y));
    if (std::isfinite(f) && f <= from.value + 1e-4 * a * slope) {
      V g = call(gradient, y, x.size());
      if (dot(g, d) >= 0.9 * slope) return Point{ten(y), f, ten(g)};
      lo = a;
    } else
      hi = a;
    a = hi < 0 ? 2 * lo : 0.5 * (lo + hi);
  }
  fail("no step");
}
Tensor bfgs_update(const Tensor& H, const Tensor& s, const Tensor& y) {
  need(s.dim() == 1 && y.dim() == 1 && s.size(0) == y.size(0) && H.dim() == 2 && H.size(0) == s.size(0) &&
           H.size(1) == s.size(0),
       "shapes");
  V h = vec(H), a = vec(s), b = vec(y);
  size_t d = a.size();
  double ys = dot(a, b);
  if (ys <= 1e-12 * std::sqrt(dot(a, a)) * std::sqrt(dot(b, b))) return H.clone();
  V Hy(d, 0), yH(d, 0);
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < d; j++) {
      Hy[i] += h[i * d + j] * b[j];
      yH[j] += b[i] * h[i * d + j];
    }
  double c = (1 + dot(b, Hy) / ys) / ys;
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < d; j++) h[i * d + j] += c * a[i] * a[j] - (Hy[i] * a[j] + a[i] * yH[j]) / ys;
  return ten(h).reshape({(int64_t)d, (int64_t)d});
}
Tensor bfgs(const Objective& value, const Field& gradient, const Tensor& x0, const Stopping& st) {
  need(x0.dim() == 1, "x0");
  need(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  size_t d = x0.size(0);
  Point at{x0, value(x0), ten(call(gradient, vec(x0), d))};
  std::vector<V> p{vec(x0)};
  Tensor H = torch::eye(d, torch::kFloat64);
  auto big = [](const Tensor& g) {
    double m = 0;
    for (double v : vec(g)) m = std::max(m, std::fabs(v));
    return m;
  };
  for (int64_t k = 0; big(at.gradient) > st.tolerance; k++) {
    need(k < st.max_steps, "steps");
    Point n = wolfe_search(value, gradient, at, -H.mv(at.gradient));
    Tensor s = n.x - at.x, y = n.gradient - at.gradient;
    if (k == 0) H = torch::eye(d, torch::kFloat64) * (y.dot(s) / y.dot(y)).item<double>();
    H = bfgs_update(H, s, y);
    at = n;
    p.push_back(vec(n.x));
  }
  return pathof(p);
}
Tensor levenberg_marquardt(const Field& residuals, const Field& jacobian, const Tensor& x0,
                           const Stopping& st) {
  need(x0.dim() == 1, "x0");
  need(st.tolerance > 0 && st.max_steps >= 0, "stopping");
  V x = vec(x0);
  size_t d = x.size();
  Tensor rt = residuals(x0);
  need(rt.dim() == 1 && (size_t)rt.size(0) >= d, "residuals");
  V r = vec(rt);
  size_t n = r.size();
  V D(d, 0);
  double lam = 1e-3;
  std::vector<V> p{x};
  while (true) {
    V J = callm(jacobian, x, n, d);
    V len(d, 0), g(d, 0);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < d; j++) {
        len[j] += J[i * d + j] * J[i * d + j];
        g[j] += J[i * d + j] * r[i];
      }
    double rn = std::sqrt(dot(r, r));
    bool done = true;
    for (size_t j = 0; j < d; j++) {
      len[j] = std::sqrt(len[j]);
      D[j] = std::max(D[j], len[j]);
      if (!(std::fabs(g[j]) <= st.tolerance * len[j] * rn)) done = false;
    }
    if (done) return pathof(p);
    need((int64_t)p.size() <= st.max_steps, "max_steps");
    V S = D;
    for (auto& q : S)
      if (q == 0) q = 1;
    while (true) {
      // Householder of [J/S; sqrt(lam)], rows n + d, with the right hand side as last column
      size_t m = n + d, c = d + 1;
      V A(m * c, 0.0);
      for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++) A[i * c + j] = J[i * d + j] / S[j];
        A[i * c + d] = -r[i];
      }
      for (size_t j = 0; j < d; j++) A[(n + j) * c + j] = std::sqrt(lam);
      for (size_t k = 0; k < d; k++) {
        double nn = 0;
        for (size_t i = k; i < m; i++) nn += A[i * c + k] * A[i * c + k];
        nn = std::sqrt(nn);
        double al = A[k * c + k] > 0 ? -nn : nn;
        V v(m, 0);
        for (size_t i = k; i < m; i++) v[i] = A[i * c + k];
        v[k] -= al;
        double vv = 0;
        for (size_t i = k; i < m; i++) vv += v[i] * v[i];
        if (vv == 0) continue;
        for (size_t j = k; j < c; j++) {
          double t = 0;
          for (size_t i = k; i < m; i++) t += v[i] * A[i * c + j];
          t *= 2 / vv;
          for (size_t i = k; i < m; i++) A[i * c + j] -= t * v[i];
        }
      }
      V z(d);
      for (size_t i = d; i-- > 0;) {
        double t = A[i * c + d];
        for (size_t j = i + 1; j < d; j++) t -= A[i * c + j] * z[j];
        z[i] = t / A[i * c + i];
      }
      double zx = 0;
      for (size_t j = 0; j < d; j++) zx += (S[j] * x[j]) * (S[j] * x[j]);
      if (!(std::sqrt(dot(z, z)) > 0x1p-52 * std::sqrt(zx))) return pathof(p);
      V y(d);
      for (size_t j = 0; j < d; j++) y[j] = x[j] + z[j] / S[j];
      V q = call(residuals, y, n);
      if (dot(q, q) < dot(r, r)) {
        x = y;
        r = q;
        lam /= 10;
        p.push_back(x);
        break;
      }
      lam *= 10;
    }
  }
}
}  // namespace optimization
