#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

/// Assignment 07: optimizers, from gradient descent to Levenberg–Marquardt.
///
/// Every tensor is float64 on the CPU, arguments are contiguous and never changed, and results do not require
/// gradients. d: unknowns, n: points or residuals. "Throws" means TORCH_CHECK_VALUE with a line that says
/// what was expected and what was got. Every optimizer takes x0: (d) and returns its path, (steps taken + 1,
/// d), x0 first. All throw where x0 is not a vector, a callback returns another shape than is said here, or
/// an option is outside the range beside it. Evaluations are what optimizers are paid in, so they are counted
/// by the caller: no function may call back more often than it says, and where it says how often, so often.
namespace optimization {

using torch::Tensor;
using Objective = std::function<double(const Tensor& x)>;
/// What returns a vector or a matrix: a gradient (d), a Hessian or Fisher matrix (d, d), residuals (n), a
/// Jacobian (n, d).
using Field = std::function<Tensor(const Tensor& x)>;

/// Task 1. Gradient descent: x_{t+1} = x_t − step ∇f(x_t). [Nocedal and Wright, §3.3] step > 0, steps ≥ 0.
/// `gradient` is called `steps` times.
Tensor gradient_descent(const Field& gradient, const Tensor& x0, double step, int64_t steps);

struct MomentumOptions {
  double step;      // > 0
  double momentum;  // in [0, 1)
};

/// Task 2. Heavy ball: x_{t+1} = x_t − step ∇f(x_t) + momentum (x_t − x_{t−1}), x_{−1} = x_0. [Polyak 1964]
/// `gradient` is called `steps` times.
Tensor heavy_ball(const Field& gradient, const Tensor& x0, const MomentumOptions& options, int64_t steps);
/// The coefficients with the smallest rate on all quadratics with spectrum in [smallest, largest]. [Polyak
/// 1964] Throws unless 0 < smallest ≤ largest.
MomentumOptions best_heavy_ball(double smallest, double largest);

/// Task 3. Nesterov: y_t = x_t + momentum (x_t − x_{t−1}), x_{t+1} = y_t − step ∇f(y_t), x_{−1} = x_0.
/// [Nesterov 2004, eq. 2.2.11] Returns x_t, not y_t. `gradient` is called `steps` times.
Tensor nesterov(const Field& gradient, const Tensor& x0, const MomentumOptions& options, int64_t steps);
/// Nesterov's constants: step 1/largest, momentum (√κ − 1)/(√κ + 1). Throws unless 0 < smallest ≤ largest.
MomentumOptions best_nesterov(double smallest, double largest);

struct AdagradOptions {
  double step;     // > 0
  double epsilon;  // > 0
};

/// Task 4. Adagrad: s_t = s_{t−1} + g_t², x ← x − step g_t / (√s_t + epsilon), s_0 = 0, element by element.
/// [Duchi, Hazan and Singer 2011, fig. 1] `gradient` is called `steps` times.
Tensor adagrad(const Field& gradient, const Tensor& x0, const AdagradOptions& options, int64_t steps);

struct RmsPropOptions {
  double step;     // > 0
  double decay;    // in [0, 1)
  double epsilon;  // > 0
};

/// Task 5. RMSProp: v_t = decay v_{t−1} + (1 − decay) g_t², x ← x − step g_t / (√v_t + epsilon), v_0 = 0.
/// [Tieleman and Hinton 2012] `gradient` is called `steps` times.
Tensor rmsprop(const Field& gradient, const Tensor& x0, const RmsPropOptions& options, int64_t steps);

struct AdamOptions {
  double step;          // > 0
  double beta1;         // in [0, 1)
  double beta2;         // in [0, 1)
  double epsilon;       // > 0
  double weight_decay;  // ≥ 0
};

/// Task 6. Adam on f(x) + ½ weight_decay ‖x‖², with bias correction, t = 1 at the first step: the decay is
/// part of g_t. Epsilon stands outside of the root, √v̂_t + epsilon. [Kingma and Ba 2015, algorithm 1]
/// `gradient`, that of f alone, is called `steps` times.
Tensor adam(const Field& gradient, const Tensor& x0, const AdamOptions& options, int64_t steps);
/// AdamW: x ← (1 − step · weight_decay) x first, then Adam's step for f alone, whose gradient is taken before
/// the decay. [Loshchilov and Hutter 2019, algorithm 2, where the decay is not multiplied by the step: that
/// is LibTorch's convention] `gradient` is called `steps` times.
Tensor adamw(const Field& gradient, const Tensor& x0, const AdamOptions& options, int64_t steps);

struct SgdOptions {
  int64_t points;    // n ≥ 1
  int64_t batch;     // in [1, n]
  double step;       // > 0
  int64_t epochs;    // ≥ 0
  bool replacement;  // see sgd
  int64_t seed;      // the same seed gives the same path, whatever was drawn before
};

/// The mean of the gradients of the points whose indices (int64, in [0, n)) are given: (d).
using BatchGradient = std::function<Tensor(const Tensor& x, const Tensor& indices)>;

/// Task 7. Stochastic gradient descent: x ← x − step · gradient(x, batch of indices), ⌈n / batch⌉ steps an
/// epoch. Without replacement, each epoch cuts a new random permutation of the points into batches, the last
/// one as large as what is left. With replacement, every index of every batch is drawn independently, and
/// all batches are full. [Robbins and Monro 1951; Bottou, Curtis and Nocedal 2018, §4] `gradient` is called
/// once a step.
Tensor sgd(const BatchGradient& gradient, const Tensor& x0, const SgdOptions& options);

/// Task 8. The covariance C in which x_{t+1} = x_t − step (H x_t + ξ_t) ends, ξ_t independent with covariance
/// `noise`: the solution of C = (1 − step H) C (1 − step H) + step² noise. [Mandt, Hoffman and Blei 2017]
/// H, noise: (d, d), symmetric. Returns (d, d). Throws where the shapes do not fit, H is not positive
/// definite, or step is not in (0, 2/λ_max): nothing is stationary then.
Tensor stationary_covariance(const Tensor& H, const Tensor& noise, double step);

/// Task 9. Newton: x_{t+1} = x_t − H(x_t)⁻¹ ∇f(x_t), full steps. [Nocedal and Wright, eq. 3.30] Throws where
/// H is not positive definite. `gradient` and `hessian` are called `steps` times each.
Tensor newton(const Field& gradient, const Field& hessian, const Tensor& x0, int64_t steps);

/// Task 10. A Gaussian N(μ, σ²) in the coordinates theta = (μ, ln σ), (2): the gradient of ℓ, the mean of
/// −ln p(x_i) over the data x: (n), n ≥ 1, and the Fisher matrix E[∇ln p ∇ln pᵀ], E over one x drawn from the
/// Gaussian itself. Return (2) and (2, 2). Throw where theta or x has another shape.
Tensor gaussian_gradient(const Tensor& x, const Tensor& theta);
Tensor gaussian_fisher(const Tensor& theta);

struct NaturalOptions {
  double step;     // > 0
  double damping;  // ≥ 0
};

/// Natural gradient descent: θ ← θ − step (F(θ) + damping 1)⁻¹ ∇ℓ(θ). [Amari 1998, theorem 1] Throws where
/// F(θ) + damping 1 is not positive definite. `gradient` and `fisher` are called `steps` times each.
Tensor natural_gradient(const Field& gradient, const Field& fisher, const Tensor& theta0,
                        const NaturalOptions& options, int64_t steps);

/// When an iteration ends.
struct Stopping {
  double tolerance;   // > 0
  int64_t max_steps;  // ≥ 0; throws where these do not suffice
};

/// Task 11. Conjugate gradients for A x = b, A symmetric and positive definite, known only through its
/// product with a vector; ends at the first x_k with ‖b − A x_k‖ ≤ tolerance ‖b‖. [Nocedal and Wright,
/// algorithm 5.2] b: (d). Throws where pᵀA p ≤ 0 for a direction p. `product` is called once for x0 and once
/// a step.
Tensor conjugate_gradients(const Field& product, const Tensor& b, const Tensor& x0, const Stopping& stopping);

/// A place on a path with what is known there. x, gradient: (d).
struct Point {
  Tensor x;
  double value;
  Tensor gradient;
};

/// Task 12. The first point x + α p found, p the direction, that satisfies the Wolfe conditions
///   f(x + α p) ≤ f(x) + 10⁻⁴ α ∇f(x)·p   and   ∇f(x + α p)·p ≥ 0.9 ∇f(x)·p,
/// by doubling and bisection from α = 1. [Nocedal and Wright, eq. 3.6; Lewis and Overton 2013, algorithm 2.6]
/// A value that is not finite fails the first condition. Throws where ∇f(x)·p ≥ 0 or after 60 trials. `value`
/// is called once a trial, `gradient` at the same points only where the first condition holds, neither at x.
Point wolfe_search(const Objective& value, const Field& gradient, const Point& from, const Tensor& direction);

/// Task 13. The new inverse Hessian, (1 − ρ s yᵀ) H (1 − ρ y sᵀ) + ρ s sᵀ, ρ = 1 / yᵀs. [Nocedal and Wright,
/// eq. 6.17] H: (d, d); s = x_{k+1} − x_k, y = ∇f_{k+1} − ∇f_k: (d). H itself where yᵀs ≤ 10⁻¹² ‖s‖ ‖y‖: no
/// positive definite matrix maps y to s where yᵀs ≤ 0, and only nearly singular ones just above. Throws where
/// the shapes do not fit.
Tensor bfgs_update(const Tensor& H, const Tensor& s, const Tensor& y);
/// BFGS with wolfe_search, from H = 1, which becomes (yᵀs / yᵀy) 1 before the first update. [Nocedal and
/// Wright, algorithm 6.1 and eq. 6.20] Ends at the first x_k with max_j |∂_j f| ≤ tolerance. `value` and
/// `gradient` are called once at x0, and by wolfe_search.
Tensor bfgs(const Objective& value, const Field& gradient, const Tensor& x0, const Stopping& stopping);

/// Task 14. Least squares, min ‖r(x)‖², by Levenberg and Marquardt's steps: δ minimises ‖r + J δ‖² + λ ‖D
/// δ‖², D_j the largest ‖column j of J‖ so far, λ = 10⁻³ at first. Where x + δ has a lower ‖r‖², it is taken
/// and λ divided by 10; else λ is multiplied by 10. [Marquardt 1963; D: Moré 1978] residuals(x): (n),
/// jacobian(x): (n, d), n ≥ d. Ends where every |J_jᵀ r| ≤ tolerance ‖J_j‖ ‖r‖, or where ‖D δ‖ ≤ 2⁻⁵² ‖D x‖:
/// nothing that float64 resolves is lower. A sum of squares that is not finite is not lower. Returns x0 and
/// the points taken. `jacobian` is called once at each of these, `residuals` once at x0 and once a trial.
/// Throws where max_steps taken points do not suffice.
Tensor levenberg_marquardt(const Field& residuals, const Field& jacobian, const Tensor& x0,
                           const Stopping& stopping);

}  // namespace optimization
