// Whole tensors: blocks of state and derivative, singular values as filters, a Kronecker system, both states at once.
#include "reservoir.h"

#include <algorithm>
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

void refuse_lost(const Tensor& rows, const std::string& name) {
  const auto bad = rows.flatten(1).sum(1).isfinite().logical_not().to(torch::kLong);
  if (bad.sum().item<int64_t>() > 0)
    TORCH_CHECK_VALUE(false, name, ": no number, or an infinite one, at time ", bad.argmax().item<int64_t>());
}

}  // namespace

Tensor lorenz_slope(const Lorenz& flow, const Tensor& X) {
  require_states_of_three(X);
  const auto linear = torch::tensor({{-flow.sigma, flow.sigma, 0.0}, {flow.rho, -1.0, 0.0}, {0.0, 0.0, -flow.beta}},
                                    torch::kFloat64);
  auto slope = torch::matmul(X, linear.t());
  slope.select(1, 1) -= X.select(1, 0) * X.select(1, 2);
  slope.select(1, 2) += X.select(1, 0) * X.select(1, 1);
  return slope;
}

Tensor runge_kutta_4(const std::function<Tensor(const Tensor&)>& field, const Tensor& X, double h) {
  const Tensor a = h * field(X), b = h * field(X + a / 2), c = h * field(X + b / 2), d = h * field(X + c);
  return X + (a + d) / 6 + (b + c) / 3;
}

Tensor trajectories(const Lorenz& flow, const Tensor& starts, double h, int64_t steps) {
  require_states_of_three(starts);
  TORCH_CHECK_VALUE(h * h > 0 && std::isfinite(h), "h must be a number other than 0, not ", h);
  TORCH_CHECK_VALUE(steps >= 0, "steps must not be below 0: ", steps);
  TORCH_CHECK_VALUE(starts.abs().lt(INFINITY).all().item<bool>(), "starts must be finite");
  auto path = torch::zeros({starts.size(0), steps + 1, 3}, torch::kFloat64);
  path.select(1, 0).copy_(starts);
  for (int64_t k = 1; k <= steps; ++k) {
    path.select(1, k).copy_(
        runge_kutta_4([&](const Tensor& X) { return lorenz_slope(flow, X); }, path.select(1, k - 1), h));
    TORCH_CHECK_VALUE(path.select(1, k).isfinite().all().item<bool>(), "diverged at step ", k, ": h = ", h);
  }
  return path;
}

Tensor valid_times(const Tensor& forecasts, const Tensor& truths, const Tensor& deviation, double threshold,
                   double step) {
  TORCH_CHECK_VALUE(truths.dim() == 3 && forecasts.sizes() == truths.sizes() && deviation.dim() == 1 &&
                        deviation.size(0) == truths.size(2),
                    "shapes do not fit");
  TORCH_CHECK_VALUE(truths.isfinite().all().item<bool>(), "truths must be finite");
  TORCH_CHECK_VALUE(deviation.min().item<double>() > 0 && threshold > 0 && step > 0, "not above 0");
  const auto error = torch::linalg_vector_norm((forecasts - truths) / deviation, 2, {2}) /
                     std::sqrt(static_cast<double>(deviation.size(0)));
  // A wrong step is put behind the end, so that each has one; the first of the largest is found.
  const auto wrong = torch::cat({error.nan_to_num(INFINITY, INFINITY) > threshold,
                                 torch::ones({error.size(0), 1}, torch::kBool)},
                                1);
  return step * wrong.to(torch::kLong).argmax(1).to(torch::kFloat64);
}

/// State and derivative as (n, 3, 4), moved together.
Tensor lorenz_step_maps(const Lorenz& flow, const Tensor& X, double h) {
  require_states_of_three(X);
  const auto n = X.size(0);
  const auto field = [&](const Tensor& frame) {
    const auto state = frame.select(2, 0), V = frame.slice(2, 1);
    const auto x = state.select(1, 0).view({n, 1}), y = state.select(1, 1).view({n, 1}), z = state.select(1, 2).view({n, 1});
    const auto a = V.select(1, 0), b = V.select(1, 1), c = V.select(1, 2);
    const auto moved = torch::stack(
        {flow.sigma * (b - a), (flow.rho - z) * a - b - x * c, y * a + x * b - flow.beta * c}, 1);
    return torch::cat({lorenz_slope(flow, state).unsqueeze(2), moved}, 2);
  };
  const auto begin = torch::cat({X.unsqueeze(2), torch::eye(3, torch::kFloat64).repeat({n, 1, 1})}, 2);
  return runge_kutta_4(field, begin, h).slice(2, 1).contiguous();
}

/// Of VᵀV = RᵀR, by Cholesky, with R⁻¹ behind V.
Tensor lyapunov_exponents(const Tensor& maps, int64_t count, double time) {
  TORCH_CHECK_VALUE(maps.dim() == 3 && maps.size(0) >= 1 && maps.size(1) == maps.size(2), "expected maps (n, d, d)");
  TORCH_CHECK_VALUE(count > 0 && count <= maps.size(1), "count must be in [1, d]: ", count);
  TORCH_CHECK_VALUE(time > 0, "time must be above 0: ", time);
  auto V = torch::eye(maps.size(1), count, torch::kFloat64);
  std::vector<Tensor> growth;
  for (int64_t t = 0; t < maps.size(0); ++t) {
    V = torch::matmul(maps[t], V);
    const auto [L, info] = torch::linalg_cholesky_ex(torch::matmul(V.t(), V));
    TORCH_CHECK_VALUE(V.isfinite().all().item<bool>() && info.item<int>() == 0, "vectors are lost at time ", t);
    growth.push_back(L.diagonal().log());
    V = torch::linalg_solve_triangular(L, V.t(), false).t();
  }
  return torch::stack(growth).mean(0) / time;
}

double spectral_radius(const Tensor& W) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && W.size(0) >= 1, "expected W (N, N), got ", W.sizes());
  TORCH_CHECK_VALUE(std::isfinite(W.abs().max().item<double>()), "W must be finite");
  const auto [values, vectors] = torch::linalg_eig(W);
  return (torch::real(values).square() + torch::imag(values).square()).max().sqrt().item<double>();
}

Tensor with_spectral_radius(const Tensor& W, double radius) {
  TORCH_CHECK_VALUE(!(radius < 0), "the radius must not be below 0: ", radius);
  const auto found = spectral_radius(W);
  if (found == 0) TORCH_CHECK_VALUE(false, "W is nilpotent: no factor gives it a spectral radius");
  return torch::mul(torch::div(W, found), radius);
}

/// All places at once: those of the largest of N numbers in each row.
Reservoir draw_reservoir(const Draw& draw, int64_t seed) {
  TORCH_CHECK_VALUE(draw.units >= 1 && draw.inputs >= 1, "no units or no inputs");
  TORCH_CHECK_VALUE(1 <= draw.degree && draw.degree <= draw.units, "no such degree: ", draw.degree);
  TORCH_CHECK_VALUE(std::min({draw.radius, draw.input_scaling, draw.bias_scaling}) >= 0, "a scaling below 0");
  TORCH_CHECK_VALUE(0 < draw.leak && draw.leak <= 1, "no such leak: ", draw.leak);
  auto generator = seeded(seed);
  const auto numbers = [&](int64_t rows, int64_t columns) {
    return torch::empty({rows, columns}, torch::kFloat64).uniform_(-1, 1, generator);
  };
  const auto b = numbers(draw.units, 1).squeeze(1), W_in = numbers(draw.units, draw.inputs);
  const auto places = std::get<1>(numbers(draw.units, draw.units).topk(draw.degree, 1));
  const auto W = torch::zeros({draw.units, draw.units}, torch::kFloat64)
                     .scatter(1, places, numbers(draw.units, draw.degree));
  return {with_spectral_radius(W, draw.radius), W_in * draw.input_scaling, b * draw.bias_scaling, draw.leak};
}

namespace {

/// Of several states in the rows of x, that hear one input or one each.
Tensor after(const Reservoir& reservoir, const Tensor& x, const Tensor& u) {
  const auto heard = torch::matmul(x, reservoir.W.t()) + torch::matmul(u, reservoir.W_in.t()) + reservoir.b;
  return torch::lerp(x, torch::tanh(heard), reservoir.leak);
}

/// (n + 1, rows, N), the start first.
Tensor all_after(const Reservoir& reservoir, const Tensor& U, const Tensor& start) {
  refuse_lost(U, "the input");
  std::vector<Tensor> states{start};
  for (int64_t t = 0; t < U.size(0); ++t) states.push_back(after(reservoir, states[t], U[t]));
  return torch::stack(states);
}

}  // namespace

Tensor listen(const Reservoir& reservoir, const Tensor& U, const Tensor& start) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  return all_after(reservoir, U, start.unsqueeze(0)).select(1, 0).slice(0, 1).contiguous();
}

Tensor separation(const Reservoir& reservoir, const Tensor& U, const Tensor& start, const Tensor& other) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  require_state(reservoir, other);
  const auto both = all_after(reservoir, U, torch::stack({start, other}));
  return torch::linalg_vector_norm(both.select(1, 0) - both.select(1, 1), 2, {1});
}

double contraction_bound(const Reservoir& reservoir) {
  require_reservoir(reservoir);
  const double stretch = torch::linalg_matrix_norm(reservoir.W, 2).item<double>();
  return std::lerp(1.0, stretch, reservoir.leak);
}

/// By singular values: each direction by s/(s² + λn).
Readout fit_readout(const Tensor& X, const Tensor& Y, int64_t washout, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Y.dim() == 2 && X.size(0) == Y.size(0), "X and Y do not fit");
  TORCH_CHECK_VALUE(washout >= 0, "a washout below 0: ", washout);
  TORCH_CHECK_VALUE(washout < X.size(0), "nothing is left after a washout of ", washout);
  TORCH_CHECK_VALUE(lambda >= 0, "a penalty below 0: ", lambda);
  refuse_lost(torch::hstack({X, Y}), "states and targets");
  const auto x = X.slice(0, washout), y = Y.slice(0, washout);
  const auto n = x.size(0);
  const auto x0 = x.mean(0, true), y0 = y.mean(0, true);
  const auto [U, s, Vh] = torch::linalg_svd(x - x0, false);
  const auto gain = s / (s.square() + lambda * n);
  const auto W = torch::matmul(torch::matmul(y.t() - y0.t(), U) * gain.nan_to_num(0), Vh);
  return {W, (y0 - torch::matmul(x0, W.t())).squeeze(0)};
}

Tensor memory_capacities(const Tensor& X, const Tensor& u, int64_t washout, int64_t lags) {
  TORCH_CHECK_VALUE(X.dim() == 2 && u.dim() == 1 && X.size(0) == u.size(0), "X and u do not fit");
  TORCH_CHECK_VALUE(lags > 0, "no lags");
  TORCH_CHECK_VALUE(lags - 1 <= washout && washout < X.size(0), "no such washout: ", washout);
  std::vector<Tensor> pasts;
  for (int64_t k = 0; k < lags; ++k) pasts.push_back(u.roll(k).slice(0, washout));
  const auto past = torch::stack(pasts, 1), rows = X.slice(0, washout);
  const auto w = torch::matmul(torch::linalg_pinv(rows), past);
  return 1 - (past - torch::matmul(rows, w)).square().sum(0) / past.square().sum(0);
}

/// (1 − W ⊗ W) C = w wᵀ, a linear system for all numbers of C.
Tensor linear_memory(const Tensor& W, const Tensor& w, int64_t lags) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && w.dim() == 1 && w.size(0) == W.size(0), "W and w do not fit");
  TORCH_CHECK_VALUE(lags > 0, "no lags");
  TORCH_CHECK_VALUE(spectral_radius(W) < 1, "the spectral radius must be below 1");
  const auto N = W.size(0);
  const auto system = torch::eye(N * N, torch::kFloat64) - torch::kron(W, W);
  const auto C = torch::linalg_solve(system, torch::kron(w, w)).view({N, N});
  std::vector<Tensor> echoes{w};
  while (static_cast<int64_t>(echoes.size()) < lags) echoes.push_back(torch::mv(W, echoes.back()));
  const auto all = torch::stack(echoes, 1);
  return (all * torch::linalg_solve(C, all)).sum(0);
}

Forecaster fit_forecaster(const Reservoir& reservoir, const Tensor& U, int64_t washout, double lambda) {
  require_heard(reservoir, U);
  TORCH_CHECK_VALUE(U.size(0) >= 2, "expected at least two states, got ", U.size(0));
  refuse_lost(U, "the trajectory");
  const auto zero = torch::zeros_like(reservoir.b);
  const auto all_but_last = listen(reservoir, U.slice(0, 0, -1), zero);
  const auto state = listen(reservoir, U.slice(0, -1), all_but_last[-1])[0];
  return {fit_readout(all_but_last, U.slice(0, 1), washout, lambda), state};
}

Tensor forecast(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  TORCH_CHECK_VALUE(steps >= 0, "steps must not be below 0: ", steps);
  // The states first, all words after: the word is put into the weights.
  const Reservoir closed{reservoir.W + torch::matmul(reservoir.W_in, readout.W), torch::zeros_like(reservoir.W_in),
                         reservoir.b + torch::mv(reservoir.W_in, readout.b), reservoir.leak};
  const auto silence = torch::zeros({steps, readout.b.size(0)}, torch::kFloat64);
  const auto states = all_after(closed, silence, state.unsqueeze(0)).select(1, 0).slice(0, 0, steps);
  return torch::matmul(states, readout.W.t()) + readout.b;
}

Tensor forecast_exponents(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps,
                          int64_t count, double time) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  TORCH_CHECK_VALUE(steps > 0, "no steps");
  TORCH_CHECK_VALUE(count >= 1 && count <= state.size(0), "no such count: ", count);
  TORCH_CHECK_VALUE(time > 0, "time must be above 0: ", time);
  const auto N = state.size(0);
  const auto J = reservoir.W + torch::matmul(reservoir.W_in, readout.W);
  auto x = state, V = torch::eye(N, count, torch::kFloat64), sum = torch::zeros({count}, torch::kFloat64);
  for (int64_t t = 0; t < steps; ++t) {
    const auto u = torch::mv(readout.W, x) + readout.b;
    const auto slope = torch::cosh(torch::mv(reservoir.W, x) + torch::mv(reservoir.W_in, u) + reservoir.b).pow(-2);
    V = (1 - reservoir.leak) * V + reservoir.leak * torch::matmul(torch::diag(slope), torch::matmul(J, V));
    auto [Q, R] = torch::linalg_qr(V);
    const auto stretched = R.diagonal().abs();
    TORCH_CHECK_VALUE(stretched.min().item<double>() > 0 && stretched.isfinite().all().item<bool>(), "a vector is lost at time ", t);
    sum = sum + stretched.log();
    V = Q;
    x = after(reservoir, x, u);
  }
  return sum / steps / time;
}

Tensor delayed(const Tensor& U, int64_t delays, int64_t stride) {
  require_trajectory(U);
  TORCH_CHECK_VALUE(delays >= 1 && stride >= 1, "delays and stride must be above 0");
  const auto span = (delays - 1) * stride + 1;
  TORCH_CHECK_VALUE(U.size(0) >= span, "a trajectory of ", U.size(0), " states, but ", span, " are needed");
  const auto windows = U.unfold(0, span, 1).transpose(1, 2).flip({1});  // (rows, span, d), the newest first
  return windows.slice(1, 0, span, stride).flatten(1).contiguous();
}

Tensor with_products(const Tensor& S) {
  TORCH_CHECK_VALUE(S.dim() == 2, "expected states (n, m), got ", S.sizes());
  const auto pairs = torch::triu_indices(S.size(1), S.size(1));
  return torch::cat({S, S.index_select(1, pairs[0]) * S.index_select(1, pairs[1])}, 1);
}

Readout fit_next_generation(const Tensor& U, int64_t delays, int64_t stride, double lambda) {
  require_trajectory(U);
  refuse_lost(U, "the trajectory");
  const auto features = with_products(delayed(U, delays, stride));  // the last row has no successor
  TORCH_CHECK_VALUE(features.size(0) >= 2, "a trajectory of ", U.size(0), " states is too short");
  const auto added = torch::diff(U, 1, 0).slice(0, (delays - 1) * stride);
  return fit_readout(features.slice(0, 0, -1), added, 0, lambda);
}

Tensor continue_trajectory(const Readout& readout, const Tensor& heard, int64_t delays, int64_t stride, int64_t steps) {
  require_trajectory(heard);
  refuse_lost(heard, "the trajectory");
  TORCH_CHECK_VALUE(steps >= 0, "steps must not be below 0: ", steps);
  TORCH_CHECK_VALUE(delays >= 1 && stride >= 1 && heard.size(0) > (delays - 1) * stride, "too few states");
  auto path = heard;
  for (int64_t k = 1; k <= steps; ++k) {
    const auto features = with_products(delayed(path.slice(0, -(delays - 1) * stride - 1), delays, stride));
    const auto next = path.slice(0, -1) + torch::addmm(readout.b, features, readout.W.t());
    TORCH_CHECK_VALUE(next.isfinite().all().item<bool>(), "no longer finite: step ", k);
    path = torch::cat({path, next});
  }
  return path.slice(0, heard.size(0)).contiguous();
}

}  // namespace reservoir
