#include "reservoir.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace reservoir {

using torch::Tensor;

namespace {

/// Given: what torch::rand({n, d}, seeded(seed), torch::kFloat64) draws, the seed alone decides.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

/// Given.
void require_states_of_three(const Tensor& X) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.size(1) == 3, "expected states (n, 3), got ", X.sizes());
}

/// Given.
void require_reservoir(const Reservoir& reservoir) {
  const auto& [W, W_in, b, leak] = reservoir;
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && W_in.dim() == 2 && W_in.size(0) == W.size(0) &&
                        b.dim() == 1 && b.size(0) == W.size(0),
                    "expected W (N, N), W_in (N, d) and b (N), got ", W.sizes(), ", ", W_in.sizes(), " and ",
                    b.sizes());
  TORCH_CHECK_VALUE(leak > 0 && leak <= 1, "the leak must be in (0, 1], got ", leak);
}

/// Given.
void require_heard(const Reservoir& reservoir, const Tensor& U) {
  require_reservoir(reservoir);
  TORCH_CHECK_VALUE(U.dim() == 2 && U.size(1) == reservoir.W_in.size(1), "expected inputs (n, ",
                    reservoir.W_in.size(1), "), got ", U.sizes());
}

/// Given.
void require_state(const Reservoir& reservoir, const Tensor& state) {
  TORCH_CHECK_VALUE(state.dim() == 1 && state.size(0) == reservoir.W.size(0), "expected a state (",
                    reservoir.W.size(0), "), got ", state.sizes());
}

/// Given.
void require_readout(const Reservoir& reservoir, const Readout& readout) {
  const auto N = reservoir.W.size(0), d = reservoir.W_in.size(1);
  TORCH_CHECK_VALUE(readout.W.sizes() == torch::IntArrayRef({d, N}) && readout.b.sizes() == torch::IntArrayRef({d}),
                    "expected a readout (", d, ", ", N, ") and (", d, "), got ", readout.W.sizes(), " and ",
                    readout.b.sizes());
}

/// Given.
void require_trajectory(const Tensor& U) {
  TORCH_CHECK_VALUE(U.dim() == 2 && U.size(1) >= 1, "expected a trajectory (T, d), got ", U.sizes());
}

// BEGIN SOLUTION
/// The first row of (n, …) with a number that is not finite; −1 where there is none.
int64_t first_lost(const Tensor& rows) {
  const auto lost = rows.isfinite().flatten(1).all(1).logical_not();
  return lost.any().item<bool>() ? lost.nonzero()[0].item<int64_t>() : -1;
}

void require_finite(const Tensor& rows, const char* what) {
  const auto time = first_lost(rows);
  TORCH_CHECK_VALUE(time < 0, what, " is not finite at time ", time, ": mend or cut the trajectory");
}
// END SOLUTION

}  // namespace

Tensor lorenz_slope(const Lorenz& flow, const Tensor& X) {
  require_states_of_three(X);
  // BEGIN SOLUTION lorenz_slope: X.select(1, 0) is the column of all x
  const auto x = X.select(1, 0), y = X.select(1, 1), z = X.select(1, 2);
  return torch::stack({flow.sigma * (y - x), x * (flow.rho - z) - y, x * y - flow.beta * z}, 1);
  // END SOLUTION
}

Tensor runge_kutta_4(const std::function<Tensor(const Tensor&)>& field, const Tensor& X, double h) {
  // BEGIN SOLUTION runge_kutta_4
  const auto k1 = field(X);
  const auto k2 = field(X + h / 2 * k1);
  const auto k3 = field(X + h / 2 * k2);
  const auto k4 = field(X + h * k3);
  return X + h / 6 * (k1 + 2 * (k2 + k3) + k4);
  // END SOLUTION
}

Tensor trajectories(const Lorenz& flow, const Tensor& starts, double h, int64_t steps) {
  require_states_of_three(starts);
  // BEGIN SOLUTION trajectories
  TORCH_CHECK_VALUE(std::isfinite(h) && h != 0, "expected a step other than 0, got ", h);
  TORCH_CHECK_VALUE(steps >= 0, "expected a number of steps, got ", steps);
  TORCH_CHECK_VALUE(first_lost(starts) < 0, "start ", first_lost(starts), " is not finite");
  const auto field = [&flow](const Tensor& X) { return lorenz_slope(flow, X); };
  std::vector<Tensor> states{starts};
  for (int64_t k = 0; k < steps; ++k) states.push_back(runge_kutta_4(field, states.back(), h));
  const auto path = torch::stack(states);
  const auto lost = first_lost(path);
  TORCH_CHECK_VALUE(lost < 0, "a state is no longer finite after step ", lost, "; choose a shorter one than ", h);
  return path.transpose(0, 1).contiguous();
  // END SOLUTION
}

Tensor valid_times(const Tensor& forecasts, const Tensor& truths, const Tensor& deviation, double threshold,
                   double step) {
  TORCH_CHECK_VALUE(truths.dim() == 3 && forecasts.sizes() == truths.sizes() && deviation.dim() == 1 &&
                        deviation.size(0) == truths.size(2),
                    "expected forecasts and truths (n, steps, d) and deviations (d), got ", forecasts.sizes(), ", ",
                    truths.sizes(), " and ", deviation.sizes());
  // BEGIN SOLUTION valid_times
  TORCH_CHECK_VALUE(truths.isfinite().all().item<bool>(), "a truth is not finite");
  TORCH_CHECK_VALUE((deviation > 0).all().item<bool>(), "deviations must be above 0, got ", deviation);
  TORCH_CHECK_VALUE(threshold > 0 && step > 0, "threshold and step must be above 0, got ", threshold, " and ", step);
  const auto error = ((forecasts - truths) / deviation).square().mean(2).sqrt();
  const auto right = error.le(threshold).to(torch::kLong).cumprod(1).sum(1);  // NaN is not below it
  return right.to(torch::kFloat64) * step;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// J(x) V of each state (n, 3) and its vectors (n, 3, 3).
Tensor tangent(const Lorenz& flow, const Tensor& X, const Tensor& V) {
  const auto x = X.select(1, 0), y = X.select(1, 1), z = X.select(1, 2), one = torch::ones_like(x);
  const auto J = torch::stack({torch::stack({-flow.sigma * one, flow.sigma * one, 0 * one}, 1),
                               torch::stack({flow.rho - z, -one, -x}, 1),
                               torch::stack({y, x, -flow.beta * one}, 1)},
                              1);
  return J.matmul(V);
}

/// Moves orthonormal columns on: Q R = V, and ln |R_ii| of each column.
std::pair<Tensor, Tensor> orthonormal(const Tensor& V, int64_t time) {
  const auto [Q, R] = torch::linalg_qr(V);
  const auto growth = R.diagonal().abs().log();
  TORCH_CHECK_VALUE(growth.isfinite().all().item<bool>(), "a vector is mapped to 0 or beyond all bounds at time ", time);
  return {Q, growth};
}

}  // namespace
// END SOLUTION

Tensor lorenz_step_maps(const Lorenz& flow, const Tensor& X, double h) {
  require_states_of_three(X);
  // BEGIN SOLUTION lorenz_step_maps: the state and its derivative make the same step together
  const auto one = torch::eye(3, X.options()).expand({X.size(0), 3, 3});
  const auto k1 = lorenz_slope(flow, X), m1 = tangent(flow, X, one);
  const auto X2 = X + h / 2 * k1;
  const auto k2 = lorenz_slope(flow, X2), m2 = tangent(flow, X2, one + h / 2 * m1);
  const auto X3 = X + h / 2 * k2;
  const auto k3 = lorenz_slope(flow, X3), m3 = tangent(flow, X3, one + h / 2 * m2);
  const auto m4 = tangent(flow, X + h * k3, one + h * m3);
  return one + h / 6 * (m1 + 2 * (m2 + m3) + m4);
  // END SOLUTION
}

Tensor lyapunov_exponents(const Tensor& maps, int64_t count, double time) {
  TORCH_CHECK_VALUE(maps.dim() == 3 && maps.size(0) >= 1 && maps.size(1) == maps.size(2),
                    "expected maps (n, d, d), got ", maps.sizes());
  // BEGIN SOLUTION lyapunov_exponents
  TORCH_CHECK_VALUE(count >= 1 && count <= maps.size(1), "expected 1 to ", maps.size(1), " exponents, got ", count);
  TORCH_CHECK_VALUE(time > 0, "expected a time above 0, got ", time);
  auto Q = torch::eye(maps.size(1), maps.options()).slice(1, 0, count);
  auto sum = torch::zeros({count}, maps.options());
  for (int64_t t = 0; t < maps.size(0); ++t) {
    const auto [next, growth] = orthonormal(maps[t].matmul(Q), t);
    Q = next;
    sum += growth;
  }
  return sum / (maps.size(0) * time);
  // END SOLUTION
}

double spectral_radius(const Tensor& W) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && W.size(0) >= 1, "expected W (N, N), got ", W.sizes());
  // BEGIN SOLUTION spectral_radius
  TORCH_CHECK_VALUE(W.isfinite().all().item<bool>(), "W is not finite");
  return torch::linalg_eigvals(W).abs().max().item<double>();
  // END SOLUTION
}

Tensor with_spectral_radius(const Tensor& W, double radius) {
  // BEGIN SOLUTION with_spectral_radius
  TORCH_CHECK_VALUE(radius >= 0, "expected a radius of at least 0, got ", radius);
  const double now = spectral_radius(W);
  TORCH_CHECK_VALUE(now > 0, "W has the spectral radius 0, which no factor changes; draw another, with more weights");
  return W * (radius / now);
  // END SOLUTION
}

Reservoir draw_reservoir(const Draw& draw, int64_t seed) {
  // BEGIN SOLUTION draw_reservoir: torch::randperm and slice choose places without repetition
  const auto N = draw.units, d = draw.inputs;
  TORCH_CHECK_VALUE(N >= 1 && d >= 1, "expected units and inputs, got ", N, " and ", d);
  TORCH_CHECK_VALUE(draw.degree >= 1 && draw.degree <= N, "expected a degree from 1 to ", N, ", got ", draw.degree);
  TORCH_CHECK_VALUE(draw.radius >= 0 && draw.input_scaling >= 0 && draw.bias_scaling >= 0,
                    "the radius and the scalings must not be negative");
  TORCH_CHECK_VALUE(draw.leak > 0 && draw.leak <= 1, "the leak must be in (0, 1], got ", draw.leak);
  const auto generator = seeded(seed);
  const auto uniform = [&](torch::IntArrayRef shape) { return 2 * torch::rand(shape, generator, torch::kFloat64) - 1; };
  auto W = torch::zeros({N, N}, torch::kFloat64);
  for (int64_t i = 0; i < N; ++i) {
    const auto heard = torch::randperm(N, generator, torch::kLong).slice(0, 0, draw.degree);
    W[i].index_put_({heard}, uniform({draw.degree}));
  }
  const auto W_in = draw.input_scaling * uniform({N, d}), b = draw.bias_scaling * uniform({N});
  return {with_spectral_radius(W, draw.radius), W_in, b, draw.leak};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// A step on which W x + W_in u + b acts.
Tensor stepped(const Tensor& x, const Tensor& driven, double leak) {
  return (1 - leak) * x + leak * driven.tanh();
}

}  // namespace
// END SOLUTION

Tensor listen(const Reservoir& reservoir, const Tensor& U, const Tensor& start) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  // BEGIN SOLUTION listen: what comes from outside can be computed for all times at once
  require_finite(U, "the input");
  const auto heard = U.matmul(reservoir.W_in.t()) + reservoir.b;
  auto states = torch::empty_like(heard);
  auto x = start;
  for (int64_t t = 0; t < U.size(0); ++t) {
    x = stepped(x, torch::addmv(heard[t], reservoir.W, x), reservoir.leak);
    states[t].copy_(x);
  }
  return states;
  // END SOLUTION
}

Tensor separation(const Reservoir& reservoir, const Tensor& U, const Tensor& start, const Tensor& other) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  require_state(reservoir, other);
  // BEGIN SOLUTION separation
  const auto one = torch::cat({start.unsqueeze(0), listen(reservoir, U, start)});
  const auto two = torch::cat({other.unsqueeze(0), listen(reservoir, U, other)});
  return (one - two).square().sum(1).sqrt();
  // END SOLUTION
}

double contraction_bound(const Reservoir& reservoir) {
  require_reservoir(reservoir);
  // BEGIN SOLUTION contraction_bound
  const double stretch = torch::linalg_svdvals(reservoir.W).max().item<double>();
  return 1 - reservoir.leak + reservoir.leak * stretch;
  // END SOLUTION
}

Readout fit_readout(const Tensor& X, const Tensor& Y, int64_t washout, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Y.dim() == 2 && X.size(0) == Y.size(0), "expected X (T, N) and Y (T, m), got ",
                    X.sizes(), " and ", Y.sizes());
  // BEGIN SOLUTION fit_readout: centre X and Y first, so that b costs nothing
  TORCH_CHECK_VALUE(washout >= 0 && washout < X.size(0), "a washout of ", washout, " leaves nothing of ", X.size(0),
                    " times");
  TORCH_CHECK_VALUE(lambda >= 0, "the penalty must not be negative, got ", lambda);
  require_finite(torch::cat({X, Y}, 1), "the trajectory");
  const auto x = X.slice(0, washout), y = Y.slice(0, washout);
  const auto mean_x = x.mean(0), mean_y = y.mean(0);
  const double n = x.size(0);
  const auto ridge = std::sqrt(lambda * n) * torch::eye(X.size(1), X.options());
  const auto A = torch::cat({x - mean_x, ridge}), B = torch::cat({y - mean_y, torch::zeros({X.size(1), Y.size(1)}, X.options())});
  const auto [Q, R] = torch::linalg_qr(A);
  const auto W = torch::linalg_solve_triangular(R, Q.t().matmul(B), /*upper=*/true).t().contiguous();
  return {W, mean_y - W.matmul(mean_x)};
  // END SOLUTION
}

Tensor memory_capacities(const Tensor& X, const Tensor& u, int64_t washout, int64_t lags) {
  TORCH_CHECK_VALUE(X.dim() == 2 && u.dim() == 1 && X.size(0) == u.size(0), "expected X (T, N) and u (T), got ",
                    X.sizes(), " and ", u.sizes());
  // BEGIN SOLUTION memory_capacities: the part of u(t − k) that lies in the space of X's columns
  const auto T = X.size(0);
  TORCH_CHECK_VALUE(lags >= 1, "expected at least one lag, got ", lags);
  TORCH_CHECK_VALUE(washout >= lags - 1 && washout < T, "the washout must be in [", lags - 1, ", ", T, "), got ", washout);
  const auto Q = std::get<0>(torch::linalg_qr(X.slice(0, washout)));
  auto capacities = torch::empty({lags}, X.options());
  for (int64_t k = 0; k < lags; ++k) {
    const auto past = u.slice(0, washout - k, T - k);
    capacities[k] = Q.t().matmul(past).square().sum() / past.square().sum();
  }
  return capacities;
  // END SOLUTION
}

Tensor linear_memory(const Tensor& W, const Tensor& w, int64_t lags) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && w.dim() == 1 && w.size(0) == W.size(0),
                    "expected W (N, N) and w (N), got ", W.sizes(), " and ", w.sizes());
  // BEGIN SOLUTION linear_memory: a sum of 2^j terms gives one of 2^(j+1) by one product with W^(2^j)
  TORCH_CHECK_VALUE(lags >= 1, "expected at least one lag, got ", lags);
  TORCH_CHECK_VALUE(spectral_radius(W) < 1, "the memory of a reservoir that does not forget");
  auto C = torch::outer(w, w), power = W;
  for (int doubling = 0; doubling < 16; ++doubling) {
    C = C + power.matmul(C).matmul(power.t());
    power = power.matmul(power);
  }
  const auto L = torch::linalg_cholesky(C);
  auto capacities = torch::empty({lags}, W.options());
  auto echo = w;
  for (int64_t k = 0; k < lags; ++k) {
    capacities[k] = torch::linalg_solve_triangular(L, echo.unsqueeze(1), /*upper=*/false).square().sum();
    echo = W.matmul(echo);
  }
  return capacities;
  // END SOLUTION
}

Forecaster fit_forecaster(const Reservoir& reservoir, const Tensor& U, int64_t washout, double lambda) {
  require_heard(reservoir, U);
  TORCH_CHECK_VALUE(U.size(0) >= 2, "expected at least two states, got ", U.size(0));
  // BEGIN SOLUTION fit_forecaster
  const auto X = listen(reservoir, U, torch::zeros({reservoir.W.size(0)}, U.options()));
  return {fit_readout(X.slice(0, 0, -1), U.slice(0, 1), washout, lambda), X[-1].clone()};
  // END SOLUTION
}

Tensor forecast(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  // BEGIN SOLUTION forecast
  TORCH_CHECK_VALUE(steps >= 0, "expected a number of steps, got ", steps);
  auto said = torch::empty({steps, readout.b.size(0)}, state.options());
  auto x = state;
  for (int64_t t = 0; t < steps; ++t) {
    const auto u = torch::addmv(readout.b, readout.W, x);
    said[t].copy_(u);
    x = stepped(x, reservoir.W.matmul(x) + reservoir.W_in.matmul(u) + reservoir.b, reservoir.leak);
  }
  return said;
  // END SOLUTION
}

Tensor forecast_exponents(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps,
                          int64_t count, double time) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  // BEGIN SOLUTION forecast_exponents
  const auto& [W, W_in, b, leak] = reservoir;
  TORCH_CHECK_VALUE(steps >= 1, "expected at least one step, got ", steps);
  TORCH_CHECK_VALUE(count >= 1 && count <= W.size(0), "expected 1 to ", W.size(0), " exponents, got ", count);
  TORCH_CHECK_VALUE(time > 0, "expected a time above 0, got ", time);
  const auto loop = W + W_in.matmul(readout.W), constant = W_in.matmul(readout.b) + b;
  auto x = state, sum = torch::zeros({count}, state.options());
  auto Q = torch::eye(W.size(0), state.options()).slice(1, 0, count);
  for (int64_t t = 0; t < steps; ++t) {
    const auto driven = loop.matmul(x) + constant;
    const auto slope = (1 - driven.tanh().square()).unsqueeze(1);
    const auto [next, growth] = orthonormal((1 - leak) * Q + leak * slope * loop.matmul(Q), t);
    Q = next;
    sum += growth;
    x = stepped(x, driven, leak);
  }
  return sum / (steps * time);
  // END SOLUTION
}

Tensor delayed(const Tensor& U, int64_t delays, int64_t stride) {
  require_trajectory(U);
  // BEGIN SOLUTION delayed
  TORCH_CHECK_VALUE(delays >= 1 && stride >= 1, "delays and stride are at least 1, got ", delays, " and ", stride);
  const auto rows = U.size(0) - (delays - 1) * stride;
  TORCH_CHECK_VALUE(rows >= 1, "a trajectory of ", U.size(0), " states is too short for ", delays, " of stride ", stride);
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < delays; ++i) parts.push_back(U.narrow(0, (delays - 1 - i) * stride, rows));
  return torch::cat(parts, 1);
  // END SOLUTION
}

Tensor with_products(const Tensor& S) {
  TORCH_CHECK_VALUE(S.dim() == 2, "expected states (n, m), got ", S.sizes());
  // BEGIN SOLUTION with_products
  std::vector<Tensor> parts{S};
  for (int64_t i = 0; i < S.size(1); ++i) parts.push_back(S.narrow(1, i, 1) * S.slice(1, i));
  return torch::cat(parts, 1);
  // END SOLUTION
}

Readout fit_next_generation(const Tensor& U, int64_t delays, int64_t stride, double lambda) {
  require_trajectory(U);
  // BEGIN SOLUTION fit_next_generation
  require_finite(U, "the trajectory");
  TORCH_CHECK_VALUE(U.size(0) >= 2, "expected at least two states, got ", U.size(0));
  const auto heard = U.slice(0, 0, -1), next = U.slice(0, 1);
  const auto features = with_products(delayed(heard, delays, stride));
  const auto added = (next - heard).slice(0, heard.size(0) - features.size(0));
  return fit_readout(features, added, /*washout=*/0, lambda);
  // END SOLUTION
}

Tensor continue_trajectory(const Readout& readout, const Tensor& heard, int64_t delays, int64_t stride, int64_t steps) {
  require_trajectory(heard);
  // BEGIN SOLUTION continue_trajectory
  require_finite(heard, "the trajectory");
  TORCH_CHECK_VALUE(steps >= 0, "expected a number of steps, got ", steps);
  const auto known = delayed(heard, delays, stride).size(0) - 1;  // older states are not needed
  auto path = torch::cat({heard.slice(0, known), torch::empty({steps, heard.size(1)}, heard.options())});
  const auto memory = heard.size(0) - known;
  for (int64_t t = 0; t < steps; ++t) {
    const auto features = with_products(delayed(path.slice(0, t, t + memory), delays, stride))[0];
    path[t + memory].copy_(path[t + memory - 1] + torch::addmv(readout.b, readout.W, features));
  }
  const auto said = path.slice(0, memory).contiguous();
  const auto lost = first_lost(said);
  TORCH_CHECK_VALUE(lost < 0, "the forecast is no longer finite after step ", lost + 1);
  return said;
  // END SOLUTION
}

}  // namespace reservoir
