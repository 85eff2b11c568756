#include "optimization.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace optimization {

namespace {

/// Given: a vector, of d elements where d is not -1.
[[maybe_unused]] void require_vector(const Tensor& x, const char* name, int64_t d = -1) {
  TORCH_CHECK_VALUE(x.dim() == 1 && (d == -1 || x.size(0) == d), "expected ", name, " to be a vector",
                    d == -1 ? "" : " of " + std::to_string(d), ", got ", x.sizes());
}

/// Given: the value of a callback at x, which must have this shape.
[[maybe_unused]] Tensor evaluate(const Field& field, const Tensor& x, at::IntArrayRef shape) {
  const auto value = field(x);
  TORCH_CHECK_VALUE(value.sizes() == shape, "expected the callback to return ", shape, ", got ",
                    value.sizes());
  return value;
}

// BEGIN SOLUTION
void require_start(const Tensor& x0, double step, int64_t steps) {
  require_vector(x0, "x0");
  TORCH_CHECK_VALUE(step > 0, "the step must be above 0, got ", step);
  TORCH_CHECK_VALUE(steps >= 0, "the number of steps must be at least 0, got ", steps);
}

void require_fraction(double value, const char* name) {
  TORCH_CHECK_VALUE(value >= 0 && value < 1, name, " must be in [0, 1), got ", value);
}

void require_epsilon(double epsilon) {
  TORCH_CHECK_VALUE(epsilon > 0, "epsilon must be above 0, got ", epsilon);
}

void require_stopping(const Stopping& stopping) {
  TORCH_CHECK_VALUE(stopping.tolerance > 0, "the tolerance must be above 0, got ", stopping.tolerance);
  TORCH_CHECK_VALUE(stopping.max_steps >= 0, "max_steps must be at least 0, got ", stopping.max_steps);
}

void require_steps_left(const std::vector<Tensor>& path, const Stopping& stopping) {
  TORCH_CHECK_VALUE(static_cast<int64_t>(path.size()) <= stopping.max_steps, stopping.max_steps,
                    " steps did not reach the tolerance ", stopping.tolerance,
                    "; allow more, or a larger one");
}

/// The path of x ← next(x, ∇f(x)).
template <typename Next>
Tensor follow(const Field& gradient, const Tensor& x0, int64_t steps, Next next) {
  std::vector<Tensor> path{x0};
  for (int64_t t = 0; t < steps; ++t) {
    const auto& x = path.back();
    path.push_back(next(x, evaluate(gradient, x, x.sizes())));
  }
  return torch::stack(path);
}

/// A⁻¹ b by A = LLᵀ.
Tensor solve_positive(const Tensor& A, const Tensor& b) {
  const auto [L, info] = torch::linalg_cholesky_ex(A);
  TORCH_CHECK_VALUE(info.item<int>() == 0,
                    "the matrix is not positive definite; start nearer to a minimum or "
                    "add damping");
  const auto z = torch::linalg_solve_triangular(L, b.unsqueeze(1), /*upper=*/false);
  return torch::linalg_solve_triangular(L.t(), z, /*upper=*/true).squeeze(1);
}
// END SOLUTION

}  // namespace

Tensor gradient_descent(const Field& gradient, const Tensor& x0, double step, int64_t steps) {
  // BEGIN SOLUTION gradient_descent: keep the iterates in a std::vector and torch::stack them
  require_start(x0, step, steps);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) { return x - step * g; });
  // END SOLUTION
}

Tensor heavy_ball(const Field& gradient, const Tensor& x0, const MomentumOptions& options, int64_t steps) {
  // BEGIN SOLUTION heavy_ball: two points have to be remembered
  require_start(x0, options.step, steps);
  require_fraction(options.momentum, "the momentum");
  auto last = x0;
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    const auto inertia = options.momentum * (x - last);
    last = x;
    return x - options.step * g + inertia;
  });
  // END SOLUTION
}

MomentumOptions best_heavy_ball(double smallest, double largest) {
  // BEGIN SOLUTION best_heavy_ball
  TORCH_CHECK_VALUE(0 < smallest && smallest <= largest, "expected 0 < smallest <= largest, got ", smallest,
                    " and ", largest);
  const double low = std::sqrt(smallest), high = std::sqrt(largest);
  return {4 / std::pow(high + low, 2), std::pow((high - low) / (high + low), 2)};
  // END SOLUTION
}

Tensor nesterov(const Field& gradient, const Tensor& x0, const MomentumOptions& options, int64_t steps) {
  // BEGIN SOLUTION nesterov: where is the gradient taken?
  require_start(x0, options.step, steps);
  require_fraction(options.momentum, "the momentum");
  std::vector<Tensor> path{x0};
  auto y = x0;
  for (int64_t t = 0; t < steps; ++t) {
    const auto x = y - options.step * evaluate(gradient, y, x0.sizes());
    y = x + options.momentum * (x - path.back());
    path.push_back(x);
  }
  return torch::stack(path);
  // END SOLUTION
}

MomentumOptions best_nesterov(double smallest, double largest) {
  // BEGIN SOLUTION best_nesterov
  TORCH_CHECK_VALUE(0 < smallest && smallest <= largest, "expected 0 < smallest <= largest, got ", smallest,
                    " and ", largest);
  const double root = std::sqrt(largest / smallest);
  return {1 / largest, (root - 1) / (root + 1)};
  // END SOLUTION
}

Tensor adagrad(const Field& gradient, const Tensor& x0, const AdagradOptions& options, int64_t steps) {
  // BEGIN SOLUTION adagrad: one sum for each element
  require_start(x0, options.step, steps);
  require_epsilon(options.epsilon);
  auto sum = torch::zeros_like(x0);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    sum = sum + g.square();
    return x - options.step * g / (sum.sqrt() + options.epsilon);
  });
  // END SOLUTION
}

Tensor rmsprop(const Field& gradient, const Tensor& x0, const RmsPropOptions& options, int64_t steps) {
  // BEGIN SOLUTION rmsprop: Adagrad with a memory that fades
  require_start(x0, options.step, steps);
  require_fraction(options.decay, "the decay");
  require_epsilon(options.epsilon);
  auto mean_square = torch::zeros_like(x0);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    mean_square = options.decay * mean_square + (1 - options.decay) * g.square();
    return x - options.step * g / (mean_square.sqrt() + options.epsilon);
  });
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

void require_adam(const Tensor& x0, const AdamOptions& options, int64_t steps) {
  require_start(x0, options.step, steps);
  require_fraction(options.beta1, "beta1");
  require_fraction(options.beta2, "beta2");
  require_epsilon(options.epsilon);
  TORCH_CHECK_VALUE(options.weight_decay >= 0, "the weight decay must be at least 0, got ",
                    options.weight_decay);
}

/// The two moments of the gradients and the step that follows from them.
class AdamMoments {
 public:
  explicit AdamMoments(const AdamOptions& options) : options_(options) {}

  Tensor step(const Tensor& g) {
    ++t_;
    first_ = options_.beta1 * first_ + (1 - options_.beta1) * g;
    second_ = options_.beta2 * second_ + (1 - options_.beta2) * g.square();
    const auto mean = first_ / (1 - std::pow(options_.beta1, t_));
    const auto mean_square = second_ / (1 - std::pow(options_.beta2, t_));
    return options_.step * mean / (mean_square.sqrt() + options_.epsilon);
  }

 private:
  AdamOptions options_;
  int64_t t_ = 0;
  Tensor first_ = torch::zeros({1}, torch::kFloat64);
  Tensor second_ = torch::zeros({1}, torch::kFloat64);
};

}  // namespace
// END SOLUTION

Tensor adam(const Field& gradient, const Tensor& x0, const AdamOptions& options, int64_t steps) {
  // BEGIN SOLUTION adam: at the first step, t is 1
  require_adam(x0, options, steps);
  AdamMoments moments(options);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    return x - moments.step(g + options.weight_decay * x);
  });
  // END SOLUTION
}

Tensor adamw(const Field& gradient, const Tensor& x0, const AdamOptions& options, int64_t steps) {
  // BEGIN SOLUTION adamw: adam may share nearly everything with it
  require_adam(x0, options, steps);
  AdamMoments moments(options);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    return (1 - options.step * options.weight_decay) * x - moments.step(g);
  });
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Hands out the indices of one epoch, batch by batch.
class Batches {
 public:
  explicit Batches(const SgdOptions& options) : options_(options), engine_(options.seed) {
    order_.resize(options.points);
  }

  std::vector<Tensor> epoch() {
    std::iota(order_.begin(), order_.end(), 0);
    std::shuffle(order_.begin(), order_.end(), engine_);
    std::vector<Tensor> batches;
    for (int64_t first = 0; first < options_.points; first += options_.batch)
      batches.push_back(options_.replacement ? drawn() : cut(first));
    return batches;
  }

 private:
  Tensor cut(int64_t first) const {
    const auto last = std::min(first + options_.batch, options_.points);
    return torch::tensor(std::vector<int64_t>(order_.begin() + first, order_.begin() + last));
  }

  Tensor drawn() {
    std::uniform_int_distribution<int64_t> index(0, options_.points - 1);
    std::vector<int64_t> batch(options_.batch);
    for (auto& i : batch) i = index(engine_);
    return torch::tensor(batch);
  }

  SgdOptions options_;
  std::mt19937_64 engine_;
  std::vector<int64_t> order_;
};

}  // namespace
// END SOLUTION

Tensor sgd(const BatchGradient& gradient, const Tensor& x0, const SgdOptions& options) {
  // BEGIN SOLUTION sgd: std::mt19937_64 and std::shuffle, or torch::randperm with a generator
  require_start(x0, options.step, options.epochs);
  TORCH_CHECK_VALUE(0 < options.batch && options.batch <= options.points,
                    "expected 1 <= batch <= points, got ", options.batch, " of ", options.points);
  Batches batches(options);
  std::vector<Tensor> path{x0};
  for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    for (const auto& batch : batches.epoch()) {
      const auto& x = path.back();
      const auto at_batch = [&](const Tensor& x) { return gradient(x, batch); };
      path.push_back(x - options.step * evaluate(at_batch, x, x0.sizes()));
    }
  }
  return torch::stack(path);
  // END SOLUTION
}

Tensor stationary_covariance(const Tensor& H, const Tensor& noise, double step) {
  // BEGIN SOLUTION stationary_covariance: write the equation in the eigenbasis of H, element by element
  TORCH_CHECK_VALUE(H.dim() == 2 && H.size(0) == H.size(1) && noise.sizes() == H.sizes(),
                    "expected two matrices of (d, d), got ", H.sizes(), " and ", noise.sizes());
  const auto [spectrum, V] = torch::linalg_eigh(H);
  const double smallest = spectrum.min().item<double>(), largest = spectrum.max().item<double>();
  TORCH_CHECK_VALUE(smallest > 0, "H must be positive definite, its smallest eigenvalue is ", smallest);
  TORCH_CHECK_VALUE(step > 0 && step * largest < 2, "expected a step in (0, ", 2 / largest, "), got ", step);
  const auto row = spectrum.unsqueeze(0), column = spectrum.unsqueeze(1);
  const auto in_basis = step * V.t().matmul(noise).matmul(V) / (row + column - step * row * column);
  return V.matmul(in_basis).matmul(V.t());
  // END SOLUTION
}

Tensor newton(const Field& gradient, const Field& hessian, const Tensor& x0, int64_t steps) {
  // BEGIN SOLUTION newton: linalg_cholesky, or linalg_cholesky_ex, and two triangular systems
  require_start(x0, 1.0, steps);
  const auto d = x0.size(0);
  return follow(gradient, x0, steps, [&](const Tensor& x, const Tensor& g) {
    return x - solve_positive(evaluate(hessian, x, {d, d}), g);
  });
  // END SOLUTION
}

Tensor gaussian_gradient(const Tensor& x, const Tensor& theta) {
  // BEGIN SOLUTION gaussian_gradient: −ln p = ln σ + (x − μ)²/(2σ²) + const
  require_vector(x, "x");
  require_vector(theta, "theta", 2);
  TORCH_CHECK_VALUE(x.size(0) > 0, "expected at least one point");
  const auto precision = torch::exp(-2 * theta[1]);
  const auto deviation = x - theta[0];
  return torch::stack({-precision * deviation.mean(), 1 - precision * deviation.square().mean()});
  // END SOLUTION
}

Tensor gaussian_fisher(const Tensor& theta) {
  // BEGIN SOLUTION gaussian_fisher: the expectation of the Hessian, over the model's own x
  require_vector(theta, "theta", 2);
  return torch::diag(torch::stack({torch::exp(-2 * theta[1]), torch::full({}, 2.0, torch::kFloat64)}));
  // END SOLUTION
}

Tensor natural_gradient(const Field& gradient, const Field& fisher, const Tensor& theta0,
                        const NaturalOptions& options, int64_t steps) {
  // BEGIN SOLUTION natural_gradient: what does it share with newton?
  require_start(theta0, options.step, steps);
  TORCH_CHECK_VALUE(options.damping >= 0, "the damping must be at least 0, got ", options.damping);
  const auto d = theta0.size(0);
  const auto ridge = options.damping * torch::eye(d, torch::kFloat64);
  return follow(gradient, theta0, steps, [&](const Tensor& theta, const Tensor& g) {
    return theta - options.step * solve_positive(evaluate(fisher, theta, {d, d}) + ridge, g);
  });
  // END SOLUTION
}

Tensor conjugate_gradients(const Field& product, const Tensor& b, const Tensor& x0,
                           const Stopping& stopping) {
  // BEGIN SOLUTION conjugate_gradients: one product a step; the residual has a recursion of its own
  require_vector(x0, "x0");
  require_vector(b, "b", x0.size(0));
  require_stopping(stopping);
  const double goal = stopping.tolerance * b.norm().item<double>();
  std::vector<Tensor> path{x0};
  auto residual = b - evaluate(product, x0, b.sizes());
  auto direction = residual;
  while (residual.norm().item<double>() > goal) {
    require_steps_left(path, stopping);
    const auto image = evaluate(product, direction, b.sizes());
    const double curvature = direction.dot(image).item<double>();
    TORCH_CHECK_VALUE(curvature > 0, "the matrix is not positive definite: a direction has curvature ",
                      curvature);
    const auto old = residual.dot(residual);
    path.push_back(path.back() + old / curvature * direction);
    residual = residual - old / curvature * image;
    direction = residual + residual.dot(residual) / old * direction;
  }
  return torch::stack(path);
  // END SOLUTION
}

Point wolfe_search(const Objective& value, const Field& gradient, const Point& from,
                   const Tensor& direction) {
  // BEGIN SOLUTION wolfe_search: too high is too long, still steep is too short
  require_vector(from.x, "x");
  require_vector(from.gradient, "the gradient", from.x.size(0));
  require_vector(direction, "the direction", from.x.size(0));
  const double slope = from.gradient.dot(direction).item<double>();
  TORCH_CHECK_VALUE(slope < 0, "the direction must lead down, its slope is ", slope);
  double low = 0, high = std::numeric_limits<double>::infinity(), step = 1;
  for (int trial = 0; trial < 60; ++trial) {
    const auto x = from.x + step * direction;
    const double f = value(x);
    if (!std::isfinite(f) || f > from.value + 1e-4 * step * slope) {
      high = step;
    } else {
      const auto g = evaluate(gradient, x, x.sizes());
      if (g.dot(direction).item<double>() >= 0.9 * slope) return {x, f, g};
      low = step;
    }
    step = std::isinf(high) ? 2 * low : (low + high) / 2;
  }
  TORCH_CHECK_VALUE(false,
                    "60 trials found no step that satisfies the Wolfe conditions; is f bounded below and "
                    "the tolerance above rounding?");
  // END SOLUTION
}

Tensor bfgs_update(const Tensor& H, const Tensor& s, const Tensor& y) {
  // BEGIN SOLUTION bfgs_update
  require_vector(s, "s");
  require_vector(y, "y", s.size(0));
  TORCH_CHECK_VALUE(H.dim() == 2 && H.size(0) == s.size(0) && H.size(1) == s.size(0), "expected H of (",
                    s.size(0), ", ", s.size(0), "), got ", H.sizes());
  const double curvature = y.dot(s).item<double>();
  if (curvature <= 1e-12 * (s.norm() * y.norm()).item<double>()) return H;
  const auto left = torch::eye(s.size(0), H.options()) - torch::outer(s, y) / curvature;
  return left.matmul(H).matmul(left.t()) + torch::outer(s, s) / curvature;
  // END SOLUTION
}

Tensor bfgs(const Objective& value, const Field& gradient, const Tensor& x0, const Stopping& stopping) {
  // BEGIN SOLUTION bfgs: wolfe_search returns all that is known at the new point
  require_vector(x0, "x0");
  require_stopping(stopping);
  std::vector<Tensor> path{x0};
  Point point{x0, value(x0), evaluate(gradient, x0, x0.sizes())};
  auto H = torch::eye(x0.size(0), torch::kFloat64);
  while (point.gradient.abs().max().item<double>() > stopping.tolerance) {
    require_steps_left(path, stopping);
    const auto next = wolfe_search(value, gradient, point, -H.matmul(point.gradient));
    const auto s = next.x - point.x, y = next.gradient - point.gradient;
    if (path.size() == 1) H = H * (y.dot(s) / y.dot(y));
    H = bfgs_update(H, s, y);
    point = next;
    path.push_back(point.x);
  }
  return torch::stack(path);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// The δ that minimises ‖r + J δ‖² + λ ‖D δ‖²: least squares of d more rows, by QR with the unknowns D δ.
Tensor damped_step(const Tensor& J, const Tensor& r, const Tensor& D, double lambda) {
  const auto d = J.size(1);
  const auto rows = torch::cat({J / D, std::sqrt(lambda) * torch::eye(d, J.options())});
  const auto [Q, R] = torch::linalg_qr(rows);
  const auto rotated = Q.t().matmul(torch::cat({r, r.new_zeros(d)})).unsqueeze(1);
  return -torch::linalg_solve_triangular(R, rotated, /*upper=*/true).squeeze(1) / D;
}

bool stationary(const Tensor& J, const Tensor& r, double tolerance) {
  const auto bound = tolerance * torch::linalg_vector_norm(J, 2, 0) * r.norm();
  return (J.t().matmul(r).abs() <= bound).all().item<bool>();
}

/// Whether δ moves x by more than its rounding; not where δ is NaN.
bool resolved(const Tensor& delta, const Tensor& x, const Tensor& D) {
  return ((D * delta).norm() > std::numeric_limits<double>::epsilon() * (D * x).norm()).item<bool>();
}

}  // namespace
// END SOLUTION

Tensor levenberg_marquardt(const Field& residuals, const Field& jacobian, const Tensor& x0,
                           const Stopping& stopping) {
  // BEGIN SOLUTION levenberg_marquardt: append √λ D to J, zeros to r, and solve by QR
  require_vector(x0, "x0");
  require_stopping(stopping);
  auto r = residuals(x0);
  TORCH_CHECK_VALUE(r.dim() == 1 && r.size(0) >= x0.size(0), "expected a vector of at least ", x0.size(0),
                    " residuals, got ", r.sizes());
  std::vector<Tensor> path{x0};
  auto largest = torch::zeros_like(x0);
  double lambda = 1e-3;
  while (true) {
    const auto x = path.back();
    const auto J = evaluate(jacobian, x, {r.size(0), x.size(0)});
    if (stationary(J, r, stopping.tolerance)) return torch::stack(path);
    largest = torch::maximum(largest, torch::linalg_vector_norm(J, 2, 0));
    const auto D = torch::where(largest > 0, largest, torch::ones_like(largest));
    for (bool lower = false; !lower;) {
      const auto delta = damped_step(J, r, D, lambda);
      if (!resolved(delta, x, D)) return torch::stack(path);
      const auto trial = evaluate(residuals, x + delta, r.sizes());
      lower = trial.dot(trial).item<double>() < r.dot(r).item<double>();
      lambda = lower ? lambda / 10 : 10 * lambda;
      if (!lower) continue;
      require_steps_left(path, stopping);
      path.push_back(x + delta);
      r = trial;
    }
  }
  // END SOLUTION
}

}  // namespace optimization
