#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

/// Assignment 10: reservoir computing.
///
/// Tensors are float64 on the CPU; arguments are contiguous and never changed, and results do not require
/// gradients. A trajectory is a matrix with a state in each row, the earliest first; times are counted from
/// 0. "Throws" means TORCH_CHECK_VALUE with a line that says what was expected and what was got. Where it
/// says "with the time" or "with the step", the message holds `time 17` or `step 17`: the word, a space, the
/// first number that is concerned. A vector and a one-column matrix are different shapes. What breaks a
/// stated condition and is not said to throw is unspecified. Shapes that do not fit throw everywhere: those
/// lines are given.
namespace reservoir {

/// dx/dt = σ (y − x), dy/dt = x (ρ − z) − y, dz/dt = x y − β z. [Lorenz 1963, eq. 25 to 27]
struct Lorenz {
  double sigma = 10, rho = 28, beta = 8.0 / 3;
};

/// Task 1. The right sides, for each state of X (n, 3). Returns (n, 3).
torch::Tensor lorenz_slope(const Lorenz& flow, const torch::Tensor& X);

/// Task 2. X a step h later by the classical method of order 4 for dX/dt = field(X). [Hairer, Nørsett and
/// Wanner 1993, table II.1.2] X: (...); field takes and returns this shape. h may be negative: back in time.
torch::Tensor runge_kutta_4(const std::function<torch::Tensor(const torch::Tensor&)>& field,
                            const torch::Tensor& X, double h);

/// Lorenz's system from each of the starts (n, 3) by such steps. Returns (n, steps + 1, 3), the starts first.
/// Throws where h is 0 or not finite, steps < 0, a start is not finite, or a state no longer is: with the
/// step, counted from 1, whose result is the first that is not.
torch::Tensor trajectories(const Lorenz& flow, const torch::Tensor& starts, double h, int64_t steps);

/// Task 3. How long each forecast is right: the steps before the first with √(1/d Σ_j ((û_j −
/// u_j)/deviation_j)²) > threshold, times `step`, the length of one in Lyapunov times. One that is right to
/// its end has all steps; one that is not finite is wrong from there on. forecasts, truths: (n, steps, d),
/// the first state one step behind the last that is known; deviation: (d). Returns (n). Throws where a truth
/// is not finite, a deviation not above 0, or threshold or step not above 0.
torch::Tensor valid_times(const torch::Tensor& forecasts, const torch::Tensor& truths,
                          const torch::Tensor& deviation, double threshold, double step);

/// Task 4. The derivative of one Runge–Kutta step of Lorenz's system, at each state: entry (i, j) is that of
/// number i of the new state by number j of the old one. X: (n, 3). Returns (n, 3, 3), to 10⁻¹⁰ of the
/// largest: no differences.
torch::Tensor lorenz_step_maps(const Lorenz& flow, const torch::Tensor& X, double h);

/// Lyapunov exponents of the product … M_2 M_1 M_0. [Benettin et al. 1980; Eckmann and Ruelle 1985, section
/// V.A] Q_0 is the first `count` columns of the identity, M_t Q_t = Q_{t+1} R_t with orthonormal columns Q
/// and upper triangular R; exponent i is the mean of ln |R_t,ii| over all maps, divided by `time`, that of
/// one map. In the order of the columns, not sorted. maps: (n, d, d), n ≥ 1. Returns (count). Throws where
/// count is not in [1, d], time is not above 0, or an R_t,ii is 0 or not finite: with the time t.
torch::Tensor lyapunov_exponents(const torch::Tensor& maps, int64_t count, double time);

/// Task 5. max |λ| of the eigenvalues. W: (N, N), N ≥ 1. Throws where W is not finite.
double spectral_radius(const torch::Tensor& W);

/// W times the positive number that gives it the spectral radius `radius`. Throws where W is not finite,
/// radius < 0, or no number does, since no unit hears itself by any detour: some order of the units makes W
/// strictly triangular, exactly.
torch::Tensor with_spectral_radius(const torch::Tensor& W, double radius);

/// N units with leak a in (0, 1]: x(t) = (1 − a) x(t−1) + a tanh(W x(t−1) + W_in u(t) + b). [Jaeger et al.
/// 2007; Lukoševičius 2012, eq. 2 and 3] W: (N, N); W_in: (N, d); b: (N). Every function that takes one
/// throws where the shapes do not fit or the leak is not in (0, 1].
struct Reservoir {
  torch::Tensor W, W_in, b;
  double leak = 1;
};

struct Draw {
  int64_t units = 100;
  int64_t inputs = 3;
  /// How many units each unit hears.
  int64_t degree = 10;
  double radius = 0.4, input_scaling = 0.3, bias_scaling = 1, leak = 1;
};

/// Task 6. A reservoir by lot. Each row of W has exactly `degree` numbers that are not 0, in places of equal
/// chance, uniform in ±1 before W gets its radius; W_in is uniform in ±input_scaling, b in ±bias_scaling; all
/// are independent. The same seed gives the same numbers, another seed others. Throws where units or inputs <
/// 1, degree is not in [1, units], the radius or a scaling is below 0, or the leak is not in (0, 1].
Reservoir draw_reservoir(const Draw& draw, int64_t seed);

/// Task 7. x(0), x(1), … of a reservoir that hears u(0), u(1), … and was in the state `start` before. U: (n,
/// d); start: (N). Returns (n, N). Throws where an input is not finite: with the time.
torch::Tensor listen(const Reservoir& reservoir, const torch::Tensor& U, const torch::Tensor& start);

/// Task 8. The distances ‖x(t) − x′(t)‖ of two states that hear the same: that of the starts, and that after
/// each input. U: (n, d); start, other: (N). Returns (n + 1). Throws as listen.
torch::Tensor separation(const Reservoir& reservoir, const torch::Tensor& U, const torch::Tensor& start,
                         const torch::Tensor& other);

/// c = (1 − a) + a ‖W‖, ‖W‖ the largest singular value: ‖x(t) − x′(t)‖ ≤ c ‖x(t−1) − x′(t−1)‖ whatever is
/// heard.
double contraction_bound(const Reservoir& reservoir);

/// y = W x + b. W: (m, N); b: (m).
struct Readout {
  torch::Tensor W, b;
};

/// Task 9. The readout that minimises 1/n Σ_t ‖y(t) − W x(t) − b‖² + λ Σ_ij W_ij², t from `washout` on, n
/// times in all; b costs nothing. X: (T, N); Y: (T, m). Throws where washout is not in [0, T), λ < 0, or a
/// number of X or Y is not finite, in the washout too: with the time. For λ = 0, X's columns less their means
/// must be independent.
Readout fit_readout(const torch::Tensor& X, const torch::Tensor& Y, int64_t washout, double lambda);

/// Task 10. What linear readouts remember of an input of mean 0: number k is MC_k = 1 − min_w Σ_t (u(t−k) −
/// w·x(t))² / Σ_t u(t−k)², t from `washout` on; there is no intercept. [Jaeger 2001, GMD Report 152] X: (T,
/// N), its columns independent on these rows; u: (T). Returns (lags), k from 0. Throws where lags < 1, or
/// washout is not in [lags − 1, T): u(t−k) has to be there.
torch::Tensor memory_capacities(const torch::Tensor& X, const torch::Tensor& u, int64_t washout,
                                int64_t lags);

/// Task 11, graduate. The same of x(t) = W x(t−1) + w u(t), with no tanh, for white noise u and infinite
/// time: MC_k = (W^k w)ᵀ C⁻¹ W^k w with C = Σ_k W^k w (W^k w)ᵀ. W: (N, N); w: (N), for which C's condition
/// number is at most 10⁶; ρ(W) ≤ 0.995 or 0. Returns (lags), to 10⁻⁸. Throws where lags < 1 or ρ(W) ≥ 1.
torch::Tensor linear_memory(const torch::Tensor& W, const torch::Tensor& w, int64_t lags);

/// What was learnt, and x after the last state that was heard.
struct Forecaster {
  Readout readout;
  torch::Tensor state;
};

/// Task 12. The reservoir hears U from the state 0, and a readout is fitted that says u(t + 1) from x(t),
/// with the washout and λ of fit_readout: x(0) belongs to the first time. U: (T, d), T ≥ 2. state: (N), after
/// all of U. Throws where an input is not finite (with the time), washout is not in [0, T − 1) or λ < 0.
Forecaster fit_forecaster(const Reservoir& reservoir, const torch::Tensor& U, int64_t washout, double lambda);

/// Its own words as its next input: the first of the result is read out of `state`, each later one after a
/// step in which the reservoir heard the one before. readout: (d, N), (d); state: (N). Returns (steps, d).
/// Throws where steps < 0.
torch::Tensor forecast(const Reservoir& reservoir, const Readout& readout, const torch::Tensor& state,
                       int64_t steps);

/// Task 13, graduate. The first `count` Lyapunov exponents, as task 4 has them, of the reservoir that hears
/// itself: x ↦ (1 − a) x + a tanh(W x + W_in (readout of x) + b), over `steps` steps from `state`; `time` is
/// that of a step. Returns (count). Throws where steps < 1, and as lyapunov_exponents.
torch::Tensor forecast_exponents(const Reservoir& reservoir, const Readout& readout,
                                 const torch::Tensor& state, int64_t steps, int64_t count, double time);

/// Task 14. Each state with those `stride`, 2 stride, … steps before it, `delays` in all, the newest first.
/// U: (T, d). Returns (T − (delays − 1) stride, delays · d). Throws where delays or stride < 1, or no row is
/// left.
torch::Tensor delayed(const torch::Tensor& U, int64_t delays, int64_t stride);

/// The numbers of each row, and behind them the products s_i s_j, i ≤ j: of s_1 with all, of s_2 with all
/// from s_2 on, …. [Gauthier et al. 2021, eq. 6] S: (n, m). Returns (n, m + m (m + 1)/2).
torch::Tensor with_products(const torch::Tensor& S);

/// Task 15. The next-generation reservoir: fit_readout, without a washout, of what a step adds, u(t + 1) −
/// u(t), by with_products of delayed. [Gauthier et al. 2021] U: (T, d). Throws where delays or stride < 1, T
/// < (delays − 1) stride + 2, λ < 0 or a number is not finite (with the time, that of U).
Readout fit_next_generation(const torch::Tensor& U, int64_t delays, int64_t stride, double lambda);

/// The states that follow those of `heard` (T, d), each from those before it. Returns (steps, d). Throws
/// where steps < 0, T < (delays − 1) stride + 1, a number of `heard` is not finite (with the time), or a
/// state no longer is: with the step, counted from 1.
torch::Tensor continue_trajectory(const Readout& readout, const torch::Tensor& heard, int64_t delays,
                                  int64_t stride, int64_t steps);

}  // namespace reservoir
