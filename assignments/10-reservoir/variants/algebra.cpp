// Matrices and factors: singular values, Cholesky twice for QR, Kronecker products, the loop as one matrix.
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

/// The first row with a lost number, or −1.
int64_t lost_row(const Tensor& rows) {
  const auto sums = (rows * 0).flatten(1).sum(1);  // 0, or NaN
  for (int64_t t = 0; t < sums.size(0); ++t)
    if (std::isnan(sums[t].item<double>())) return t;
  return -1;
}

void keep_out_lost(const Tensor& rows, const std::string& where) {
  TORCH_CHECK_VALUE(lost_row(rows) == -1, where, ": a number is lost at time ", lost_row(rows));
}

/// Cholesky's factor of VᵀV is Rᵀ; a second time for what rounding spoils.
struct Factors {
  Tensor Q, R;
};

Factors by_cholesky(const Tensor& V, int64_t time) {
  Factors found{V, torch::eye(V.size(1), V.options())};
  for (int twice = 0; twice < 2; ++twice) {
    const auto scale = found.Q.square().sum(0).sqrt();
    TORCH_CHECK_VALUE(scale.isfinite().all().item<bool>() && scale.min().item<double>() > 0, "nothing is left at time ", time);
    const auto unit = found.Q / scale;
    const auto R = torch::linalg_cholesky(unit.t().matmul(unit)).t().contiguous();
    found.Q = torch::linalg_solve_triangular(R, unit, /*upper=*/true, /*left=*/false);
    found.R = (R * scale).matmul(found.R);
  }
  return found;
}

}  // namespace

/// x' = A x + what is bilinear.
Tensor lorenz_slope(const Lorenz& flow, const Tensor& X) {
  require_states_of_three(X);
  const auto linear = torch::tensor({-flow.sigma, flow.sigma, 0.0, flow.rho, -1.0, 0.0, 0.0, 0.0, -flow.beta},
                                    torch::kFloat64).view({3, 3});
  const auto first = X.narrow(1, 0, 1), others = X.narrow(1, 1, 2).flip({1});  // z, y
  const auto signs = torch::tensor({-1.0, 1.0}, torch::kFloat64);
  return X.matmul(linear.t()) + torch::cat({torch::zeros_like(first), first * others * signs}, 1);
}

Tensor runge_kutta_4(const std::function<Tensor(const Tensor&)>& field, const Tensor& X, double h) {
  const auto a = h * field(X);
  const auto b = h * field(X + a / 2);
  const auto c = h * field(X + b / 2);
  const auto d = h * field(X + c);
  return X + (a + d) / 6 + (b + c) / 3;
}

Tensor trajectories(const Lorenz& flow, const Tensor& starts, double h, int64_t steps) {
  require_states_of_three(starts);
  TORCH_CHECK_VALUE(std::isfinite(h) && std::abs(h) > 0, "a step of ", h);
  TORCH_CHECK_VALUE(steps >= 0, "a number of steps of ", steps);
  TORCH_CHECK_VALUE(lost_row(starts) == -1, "start ", lost_row(starts), " has no number");
  auto all = torch::empty({starts.size(0), steps + 1, 3}, torch::kFloat64);
  all.select(1, 0).copy_(starts);
  for (int64_t k = 1; k <= steps; ++k) {
    const auto next = runge_kutta_4([&](const Tensor& X) { return lorenz_slope(flow, X); }, all.select(1, k - 1), h);
    TORCH_CHECK_VALUE(lost_row(next) == -1, "lost with step ", k, ", of the length ", h);
    all.select(1, k).copy_(next);
  }
  return all;
}

/// The first wrong step of each, by its place among all.
Tensor valid_times(const Tensor& forecasts, const Tensor& truths, const Tensor& deviation, double threshold,
                   double step) {
  TORCH_CHECK_VALUE(truths.dim() == 3 && forecasts.sizes() == truths.sizes() && deviation.dim() == 1 &&
                        deviation.size(0) == truths.size(2),
                    "shapes do not fit");
  TORCH_CHECK_VALUE(lost_row(truths) == -1, "the truth is lost");
  TORCH_CHECK_VALUE(deviation.min().item<double>() > 0 && threshold > 0 && step > 0, "what is not above 0");
  const double d = truths.size(2);
  const auto squares = (((forecasts - truths) / deviation).pow(2).sum(2) / d).nan_to_num(INFINITY);
  const auto wrong = squares > threshold * threshold;
  auto times = torch::full({truths.size(0)}, truths.size(1) * step, torch::kFloat64);
  for (int64_t n = 0; n < truths.size(0); ++n) {
    const auto places = wrong[n].nonzero();
    if (places.size(0) > 0) times[n] = places[0].item<int64_t>() * step;
  }
  return times;
}

/// The field is quadratic, so (f(x + v) − f(x − v))/2 is J(x) v, without any error but rounding.
Tensor lorenz_step_maps(const Lorenz& flow, const Tensor& X, double h) {
  require_states_of_three(X);
  std::vector<Tensor> columns;
  for (int64_t j = 0; j < 3; ++j) {
    const auto v = torch::eye(3, torch::kFloat64)[j].expand_as(X);
    const auto both = [&](const Tensor& pair) {
      const auto x = pair.narrow(1, 0, 3), w = pair.narrow(1, 3, 3);
      return torch::cat({lorenz_slope(flow, x), (lorenz_slope(flow, x + w) - lorenz_slope(flow, x - w)) / 2}, 1);
    };
    columns.push_back(runge_kutta_4(both, torch::cat({X, v}, 1), h).narrow(1, 3, 3));
  }
  return torch::stack(columns, 2);
}

Tensor lyapunov_exponents(const Tensor& maps, int64_t count, double time) {
  TORCH_CHECK_VALUE(maps.dim() == 3 && maps.size(0) >= 1 && maps.size(1) == maps.size(2), "expected maps (n, d, d)");
  TORCH_CHECK_VALUE(count >= 1 && count <= maps.size(1), "so many exponents are not there: ", count);
  TORCH_CHECK_VALUE(time > 0, "a time of ", time);
  auto Q = torch::eye(maps.size(1), count, torch::kFloat64);
  std::vector<Tensor> growth;
  for (int64_t t = 0; t < maps.size(0); ++t) {
    const auto factors = by_cholesky(maps[t].matmul(Q), t);
    Q = factors.Q;
    growth.push_back(factors.R.diagonal().log());
  }
  return torch::stack(growth).mean(0) / time;
}

double spectral_radius(const Tensor& W) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && W.size(0) >= 1, "expected W (N, N), got ", W.sizes());
  TORCH_CHECK_VALUE(lost_row(W) == -1, "a weight is lost");
  const auto values = std::get<0>(torch::linalg_eig(W));
  return torch::hypot(torch::real(values), torch::imag(values)).max().item<double>();
}

/// No powers are left of what has no cycle: of |W|, of which nothing cancels.
Tensor with_spectral_radius(const Tensor& W, double radius) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && radius >= 0, "no square matrix, or a radius below 0");
  const double now = spectral_radius(W);
  auto paths = (W != 0).to(torch::kFloat64);
  for (int64_t length = 1; length < W.size(0); length *= 2) paths = (paths.matmul(paths) > 0).to(torch::kFloat64);
  TORCH_CHECK_VALUE(paths.any().item<bool>(), "W has no cycle, and so no radius");
  return (radius / now) * W;
}

Reservoir draw_reservoir(const Draw& draw, int64_t seed) {
  TORCH_CHECK_VALUE(draw.units >= 1 && draw.inputs >= 1, "no units or no inputs");
  TORCH_CHECK_VALUE(draw.degree >= 1 && draw.degree <= draw.units, "a degree of ", draw.degree);
  TORCH_CHECK_VALUE(std::min({draw.radius, draw.input_scaling, draw.bias_scaling}) >= 0, "a scaling below 0");
  TORCH_CHECK_VALUE(draw.leak > 0 && draw.leak <= 1, "a leak of ", draw.leak);
  const auto N = draw.units;
  const auto generator = seeded(seed);
  const auto all = torch::empty({N, 2 * N + draw.inputs + 1}, torch::kFloat64).uniform_(-1, 1, generator);
  const auto places = std::get<1>(all.narrow(1, 0, N).sort(1)).narrow(1, 0, draw.degree);
  const auto kept = torch::zeros({N, N}, torch::kFloat64).scatter(1, places, 1);
  return {with_spectral_radius(all.narrow(1, N, N) * kept, draw.radius), draw.input_scaling * all.narrow(1, 2 * N, draw.inputs),
          draw.bias_scaling * all.select(1, 2 * N + draw.inputs), draw.leak};
}

namespace {

/// One matrix for all that a unit hears: (W, W_in, b) times (x, u, 1).
struct Step {
  Tensor weights, one;
  double leak;
  explicit Step(const Reservoir& r)
      : weights(torch::cat({r.W, r.W_in, r.b.unsqueeze(1)}, 1)), one(torch::ones({1}, torch::kFloat64)), leak(r.leak) {}
  Tensor operator()(const Tensor& x, const Tensor& u) const {
    return torch::lerp(x, weights.mv(torch::cat({x, u, one})).tanh(), leak);
  }
};

}  // namespace

Tensor listen(const Reservoir& reservoir, const Tensor& U, const Tensor& start) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  keep_out_lost(U, "the inputs");
  const Step step(reservoir);
  auto states = torch::empty({U.size(0) + 1, start.size(0)}, torch::kFloat64);
  states[0].copy_(start);
  for (int64_t t = 0; t < U.size(0); ++t) states[t + 1].copy_(step(states[t], U[t]));
  return states.slice(0, 1).clone();
}

Tensor separation(const Reservoir& reservoir, const Tensor& U, const Tensor& start, const Tensor& other) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  require_state(reservoir, other);
  keep_out_lost(U, "the inputs");
  const Step step(reservoir);
  auto x = start, y = other;
  std::vector<double> distances{(x - y).norm().item<double>()};
  for (const auto& u : U.unbind()) {
    x = step(x, u), y = step(y, u);
    distances.push_back(torch::hypot((x - y).norm(), torch::zeros({}, torch::kFloat64)).item<double>());
  }
  return torch::tensor(distances, torch::kFloat64);
}

double contraction_bound(const Reservoir& reservoir) {
  require_reservoir(reservoir);
  const auto stretch = torch::linalg_matrix_norm(reservoir.W, 2).item<double>();
  return 1 + reservoir.leak * (stretch - 1);
}

/// By singular values: each direction of the states is shrunk for itself.
Readout fit_readout(const Tensor& X, const Tensor& Y, int64_t washout, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Y.dim() == 2 && X.size(0) == Y.size(0), "X and Y do not fit");
  TORCH_CHECK_VALUE(washout >= 0 && washout < X.size(0), "a washout of ", washout, " of ", X.size(0));
  TORCH_CHECK_VALUE(lambda >= 0, "a penalty of ", lambda);
  keep_out_lost(torch::cat({X, Y}, 1), "states and targets");
  const auto n = X.size(0) - washout;
  const auto x = X.narrow(0, washout, n), y = Y.narrow(0, washout, n);
  const auto mean_x = x.sum(0) / n, mean_y = y.sum(0) / n;
  const auto [U, S, Vh] = torch::linalg_svd(x - mean_x, /*full_matrices=*/false);
  const auto shrunk = torch::where(S > 0, S / (S.square() + lambda * n), torch::zeros_like(S));
  const auto W = (y - mean_y).t().matmul(U * shrunk).matmul(Vh);
  return {W, mean_y - W.mv(mean_x)};
}

Tensor memory_capacities(const Tensor& X, const Tensor& u, int64_t washout, int64_t lags) {
  TORCH_CHECK_VALUE(X.dim() == 2 && u.dim() == 1 && X.size(0) == u.size(0), "X and u do not fit");
  TORCH_CHECK_VALUE(lags > 0 && washout > lags - 2 && washout < X.size(0), lags, " lags with a washout of ", washout);
  std::vector<Tensor> past;
  for (int64_t k = 0; k < lags; ++k) past.push_back(u.narrow(0, washout - k, X.size(0) - washout));
  const auto targets = torch::stack(past, 1), states = X.slice(0, washout);
  const auto w = std::get<0>(torch::linalg_lstsq(states, targets, {}, "gelsy"));
  return 1 - (targets - states.matmul(w)).square().sum(0) / targets.square().sum(0);
}

/// vec C = (1 − W ⊗ W)⁻¹ vec w wᵀ.
Tensor linear_memory(const Tensor& W, const Tensor& w, int64_t lags) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && w.dim() == 1 && w.size(0) == W.size(0), "W and w do not fit");
  TORCH_CHECK_VALUE(lags > 0, "no lag");
  TORCH_CHECK_VALUE(spectral_radius(W) < 1, "it does not forget");
  const auto N = W.size(0);
  const auto C = torch::linalg_solve(torch::eye(N * N, torch::kFloat64) - torch::kron(W, W), torch::outer(w, w).flatten());
  std::vector<Tensor> echoes{w};
  while (static_cast<int64_t>(echoes.size()) < lags) echoes.push_back(W.mv(echoes.back()));
  const auto across = torch::stack(echoes, 1);
  return (across * torch::linalg_solve(C.view({N, N}), across)).sum(0);
}

Forecaster fit_forecaster(const Reservoir& reservoir, const Tensor& U, int64_t washout, double lambda) {
  require_heard(reservoir, U);
  TORCH_CHECK_VALUE(U.size(0) >= 2, "expected at least two states, got ", U.size(0));
  const auto pairs = U.size(0) - 1;
  const auto X = listen(reservoir, U, torch::zeros_like(reservoir.b));
  return {fit_readout(X.narrow(0, 0, pairs), U.narrow(0, 1, pairs), washout, lambda), X[pairs].contiguous()};
}

/// The readout is put into W: the loop needs no words, which are read out of all states at the end.
Tensor forecast(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  TORCH_CHECK_VALUE(steps >= 0, "a number of steps of ", steps);
  const auto loop = reservoir.W + reservoir.W_in.matmul(readout.W), constant = reservoir.b + reservoir.W_in.mv(readout.b);
  auto states = torch::empty({steps, state.size(0)}, torch::kFloat64);
  auto x = state;
  for (int64_t t = 0; t < steps; ++t) {
    states[t].copy_(x);
    x = torch::lerp(x, (loop.mv(x) + constant).tanh(), reservoir.leak);
  }
  return states.matmul(readout.W.t()) + readout.b;
}

Tensor forecast_exponents(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps,
                          int64_t count, double time) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  TORCH_CHECK_VALUE(steps >= 1, "a number of steps of ", steps);
  const auto N = state.size(0);
  const auto loop = reservoir.W + reservoir.W_in.matmul(readout.W), constant = reservoir.b + reservoir.W_in.mv(readout.b);
  const auto kept = (1 - reservoir.leak) * torch::eye(N, torch::kFloat64);
  auto x = state;
  std::vector<Tensor> maps;
  for (int64_t t = 0; t < steps; ++t) {
    const auto bent = (loop.mv(x) + constant).tanh();
    maps.push_back(kept + torch::diag(reservoir.leak * (1 - bent.square())).matmul(loop));
    x = torch::lerp(x, bent, reservoir.leak);
  }
  return lyapunov_exponents(torch::stack(maps), count, time);
}

Tensor delayed(const Tensor& U, int64_t delays, int64_t stride) {
  require_trajectory(U);
  TORCH_CHECK_VALUE(delays >= 1 && stride >= 1 && U.size(0) > (delays - 1) * stride, "too little for ", delays, " delays");
  const auto newest = torch::arange((delays - 1) * stride, U.size(0)).unsqueeze(1);
  const auto rows = newest - stride * torch::arange(delays);
  return U.index_select(0, rows.flatten()).view({rows.size(0), delays * U.size(1)});
}

Tensor with_products(const Tensor& S) {
  TORCH_CHECK_VALUE(S.dim() == 2, "expected states (n, m), got ", S.sizes());
  const auto places = torch::triu_indices(S.size(1), S.size(1));
  return torch::cat({S, S.index_select(1, places[0]) * S.index_select(1, places[1])}, 1);
}

Readout fit_next_generation(const Tensor& U, int64_t delays, int64_t stride, double lambda) {
  require_trajectory(U);
  keep_out_lost(U, "the trajectory");
  const auto states = delayed(U, delays, stride), features = with_products(states);
  TORCH_CHECK_VALUE(states.size(0) >= 2, "nothing follows the only state");
  const auto newest = states.narrow(1, 0, U.size(1));
  return fit_readout(features.slice(0, 0, -1), newest.slice(0, 1) - newest.slice(0, 0, -1), 0, lambda);
}

Tensor continue_trajectory(const Readout& readout, const Tensor& heard, int64_t delays, int64_t stride, int64_t steps) {
  require_trajectory(heard);
  keep_out_lost(heard, "what was heard");
  TORCH_CHECK_VALUE(steps >= 0 && delays >= 1 && stride >= 1 && heard.size(0) > (delays - 1) * stride, "too little was heard");
  auto window = heard.slice(0, heard.size(0) - 1 - (delays - 1) * stride);
  auto said = torch::empty({steps, heard.size(1)}, torch::kFloat64);
  for (int64_t k = 0; k < steps; ++k) {
    const auto next = window[-1] + readout.W.mv(with_products(delayed(window, delays, stride))[0]) + readout.b;
    TORCH_CHECK_VALUE(next.isfinite().all().item<bool>(), "no number any more at step ", k + 1);
    said[k].copy_(next);
    window = torch::cat({window.slice(0, 1), next.unsqueeze(0)});
  }
  return said;
}

}  // namespace reservoir
