// Loops over numbers; Gram and Schmidt, Gelfand's limit, normal equations by elimination.
#include "reservoir.h"

#include <cmath>
#include <functional>
#include <random>
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

using Row = std::vector<double>;
using Rows = std::vector<Row>;

Row row_of(const Tensor& x) {
  const auto whole = x.contiguous();
  return Row(whole.const_data_ptr<double>(), whole.const_data_ptr<double>() + whole.numel());
}

Rows rows_of(const Tensor& X) {
  Rows all;
  for (int64_t i = 0; i < X.size(0); ++i) all.push_back(row_of(X[i]));
  return all;
}

Tensor tensor_of(const Row& x) { return torch::tensor(x, torch::kFloat64); }

Tensor tensor_of(const Rows& X, int64_t columns) {
  auto all = torch::empty({static_cast<int64_t>(X.size()), columns}, torch::kFloat64);
  for (std::size_t i = 0; i < X.size(); ++i)
    for (int64_t j = 0; j < columns; ++j) all.data_ptr<double>()[static_cast<int64_t>(i) * columns + j] = X[i][j];
  return all;
}

double dot(const Row& a, const Row& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void refuse_lost(const Rows& X, const std::string& what) {
  for (std::size_t t = 0; t < X.size(); ++t)
    for (const double x : X[t]) TORCH_CHECK_VALUE(std::isfinite(x), what, " has a number that is lost at time ", t);
}

/// A (symmetric, positive) times X = B, column by column of B, by Gauss.
Rows solved(Rows A, Rows B) {
  const auto n = A.size();
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = A[i][k] / A[k][k];
      for (std::size_t j = k; j < n; ++j) A[i][j] -= factor * A[k][j];
      for (std::size_t j = 0; j < B[i].size(); ++j) B[i][j] -= factor * B[k][j];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = 0; j < B[k].size(); ++j) {
      for (std::size_t i = k + 1; i < n; ++i) B[k][j] -= A[k][i] * B[i][j];
      B[k][j] /= A[k][k];
    }
  }
  return B;
}

}  // namespace

Tensor lorenz_slope(const Lorenz& flow, const Tensor& X) {
  require_states_of_three(X);
  Rows slopes;
  for (const auto& s : rows_of(X))
    slopes.push_back({flow.sigma * (s[1] - s[0]), s[0] * (flow.rho - s[2]) - s[1], s[0] * s[1] - flow.beta * s[2]});
  return tensor_of(slopes, 3);
}

Tensor runge_kutta_4(const std::function<Tensor(const Tensor&)>& field, const Tensor& X, double h) {
  const double weight[] = {1, 2, 2, 1}, reach[] = {0, 0.5, 0.5, 1};
  auto sum = torch::zeros_like(X), slope = torch::zeros_like(X);
  for (int stage = 0; stage < 4; ++stage) {
    slope = field(X + reach[stage] * h * slope);
    sum = sum + weight[stage] * slope;
  }
  return X + sum * (h / 6);
}

namespace {

Row slope_at(const Lorenz& flow, const Row& s) {
  return {flow.sigma * (s[1] - s[0]), s[0] * (flow.rho - s[2]) - s[1], s[0] * s[1] - flow.beta * s[2]};
}

Row step_of(const Lorenz& flow, const Row& s, double h) {
  const double weight[] = {1, 2, 2, 1}, reach[] = {0, 0.5, 0.5, 1};
  Row sum(3, 0), k(3, 0), next(3);
  for (int stage = 0; stage < 4; ++stage) {
    Row at(3);
    for (int i = 0; i < 3; ++i) at[i] = s[i] + reach[stage] * h * k[i];
    k = slope_at(flow, at);
    for (int i = 0; i < 3; ++i) sum[i] += weight[stage] * k[i];
  }
  for (int i = 0; i < 3; ++i) next[i] = s[i] + h * sum[i] / 6;
  return next;
}

}  // namespace

Tensor trajectories(const Lorenz& flow, const Tensor& starts, double h, int64_t steps) {
  require_states_of_three(starts);
  TORCH_CHECK_VALUE(h != 0 && std::isfinite(h) && steps >= 0, "no such steps: ", steps, " of ", h);
  auto now = rows_of(starts);
  refuse_lost(now, "the list of starts");
  std::vector<Rows> all(now.size());
  for (int64_t k = 0; k <= steps; ++k) {
    for (std::size_t i = 0; i < now.size(); ++i) {
      all[i].push_back(now[i]);
      now[i] = step_of(flow, now[i], h);
    }
    for (const auto& s : now)
      TORCH_CHECK_VALUE(k == steps || (std::isfinite(s[0]) && std::isfinite(s[1]) && std::isfinite(s[2])),
                        "beyond all bounds after step ", k + 1);
  }
  std::vector<Tensor> paths;
  for (const auto& path : all) paths.push_back(tensor_of(path, 3));
  return torch::stack(paths);
}

Tensor valid_times(const Tensor& forecasts, const Tensor& truths, const Tensor& deviation, double threshold,
                   double step) {
  TORCH_CHECK_VALUE(truths.dim() == 3 && forecasts.sizes() == truths.sizes() && deviation.dim() == 1 &&
                        deviation.size(0) == truths.size(2),
                    "shapes do not fit");
  TORCH_CHECK_VALUE(threshold > 0 && step > 0, "threshold and step must be above 0");
  const auto s = row_of(deviation);
  for (const double one : s) TORCH_CHECK_VALUE(one > 0, "a deviation must be above 0, got ", one);
  Row times;
  for (int64_t n = 0; n < truths.size(0); ++n) {
    const auto said = rows_of(forecasts[n]), truth = rows_of(truths[n]);
    refuse_lost(truth, "the truth");
    int64_t right = 0;
    bool yet = true;
    for (std::size_t t = 0; t < truth.size() && yet; ++t) {
      double sum = 0;
      for (std::size_t j = 0; j < s.size(); ++j) sum += std::pow((said[t][j] - truth[t][j]) / s[j], 2);
      yet = std::sqrt(sum / static_cast<double>(s.size())) <= threshold;
      right += yet;
    }
    times.push_back(static_cast<double>(right) * step);
  }
  return tensor_of(times);
}

Tensor lorenz_step_maps(const Lorenz& flow, const Tensor& X, double h) {
  require_states_of_three(X);
  auto maps = torch::empty({X.size(0), 3, 3}, torch::kFloat64);
  const double weight[] = {1, 2, 2, 1}, reach[] = {0, 0.5, 0.5, 1};
  for (int64_t n = 0; n < X.size(0); ++n) {
    const auto s = row_of(X[n]);
    for (int column = 0; column < 3; ++column) {
      Row k(3, 0), m(3, 0), sum(3, 0);
      for (int stage = 0; stage < 4; ++stage) {
        Row at(3), v(3);
        for (int i = 0; i < 3; ++i) {
          at[i] = s[i] + reach[stage] * h * k[i];
          v[i] = (i == column) + reach[stage] * h * m[i];
        }
        k = slope_at(flow, at);
        m = {flow.sigma * (v[1] - v[0]), (flow.rho - at[2]) * v[0] - v[1] - at[0] * v[2],
             at[1] * v[0] + at[0] * v[1] - flow.beta * v[2]};
        for (int i = 0; i < 3; ++i) sum[i] += weight[stage] * m[i];
      }
      for (int i = 0; i < 3; ++i) maps[n][i][column] = (i == column) + h / 6 * sum[i];
    }
  }
  return maps;
}

namespace {

/// Gram and Schmidt, twice each; the vectors are rows here. What each had beyond the others.
Row make_orthonormal(Rows& vectors, int64_t time) {
  Row growth;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const double before = std::sqrt(dot(vectors[i], vectors[i]));
    for (int twice = 0; twice < 2; ++twice) {
      for (std::size_t j = 0; j < i; ++j) {
        const double part = dot(vectors[j], vectors[i]);
        for (std::size_t c = 0; c < vectors[i].size(); ++c) vectors[i][c] -= part * vectors[j][c];
      }
    }
    const double length = std::sqrt(dot(vectors[i], vectors[i]));
    TORCH_CHECK_VALUE(std::isfinite(length) && length > 1e-15 * before, "no direction is left at time ", time);
    for (double& x : vectors[i]) x /= length;
    growth.push_back(std::log(length));
  }
  return growth;
}

Rows first_unit_vectors(int64_t count, int64_t d) {
  Rows all(static_cast<std::size_t>(count), Row(static_cast<std::size_t>(d), 0));
  for (int64_t i = 0; i < count; ++i) all[i][i] = 1;
  return all;
}

}  // namespace

Tensor lyapunov_exponents(const Tensor& maps, int64_t count, double time) {
  TORCH_CHECK_VALUE(maps.dim() == 3 && maps.size(0) >= 1 && maps.size(1) == maps.size(2), "expected maps (n, d, d)");
  TORCH_CHECK_VALUE(1 <= count && count <= maps.size(1) && time > 0, "no such exponents: ", count, ", time ", time);
  auto vectors = first_unit_vectors(count, maps.size(1));
  Row sums(static_cast<std::size_t>(count), 0);
  for (int64_t t = 0; t < maps.size(0); ++t) {
    const auto M = rows_of(maps[t]);
    for (auto& v : vectors) {
      Row moved;
      for (const auto& row : M) moved.push_back(dot(row, v));
      v = moved;
    }
    const auto growth = make_orthonormal(vectors, t);
    for (int64_t i = 0; i < count; ++i) sums[i] += growth[i];
  }
  for (double& sum : sums) sum /= static_cast<double>(maps.size(0)) * time;
  return tensor_of(sums);
}

/// ‖W^(2^m)‖^(1/2^m) tends to it [Gelfand]; sizes are kept as logarithms. Products of zeros are exact zeros.
double spectral_radius(const Tensor& W) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && W.size(0) >= 1, "expected W (N, N), got ", W.sizes());
  TORCH_CHECK_VALUE(W.isfinite().all().item<bool>(), "W has a number that is not finite");
  auto power = W;
  double logarithm = 0, weight = 1;
  for (int m = 0; m < 45; ++m) {
    const double size = power.abs().max().item<double>();
    if (size == 0) return 0;
    logarithm += weight * std::log(size);
    power = power / size;
    power = power.matmul(power);
    weight /= 2;
  }
  return std::exp(logarithm);
}

Tensor with_spectral_radius(const Tensor& W, double radius) {
  TORCH_CHECK_VALUE(radius >= 0, "a radius below 0: ", radius);
  const double now = spectral_radius(W);
  TORCH_CHECK_VALUE(now != 0, "nobody hears itself: no factor gives W a radius");
  return radius / now * W;
}

Reservoir draw_reservoir(const Draw& draw, int64_t seed) {
  TORCH_CHECK_VALUE(draw.units > 0 && draw.inputs > 0 && draw.degree > 0 && draw.degree <= draw.units && draw.radius >= 0 &&
                        draw.input_scaling >= 0 && draw.bias_scaling >= 0 && draw.leak > 0 && draw.leak <= 1,
                    "such a reservoir cannot be drawn");
  std::mt19937_64 engine(static_cast<std::uint64_t>(seed));
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto N = static_cast<std::size_t>(draw.units), d = static_cast<std::size_t>(draw.inputs);
  Rows W(N, Row(N, 0)), W_in(N, Row(d));
  Row b(N);
  for (std::size_t i = 0; i < N; ++i) {
    for (int64_t given = 0; given < draw.degree;) {
      double& weight = W[i][engine() % N];
      if (weight != 0) continue;
      while (weight == 0) weight = uniform(engine);
      ++given;
    }
    for (double& weight : W_in[i]) weight = draw.input_scaling * uniform(engine);
    b[i] = draw.bias_scaling * uniform(engine);
  }
  return {with_spectral_radius(tensor_of(W, draw.units), draw.radius), tensor_of(W_in, draw.inputs), tensor_of(b), draw.leak};
}

namespace {

struct Units {
  Rows W, W_in;
  Row b;
  double leak;
  explicit Units(const Reservoir& r) : W(rows_of(r.W)), W_in(rows_of(r.W_in)), b(row_of(r.b)), leak(r.leak) {}

  double argument(std::size_t i, const Row& x, const Row& u) const { return b[i] + dot(W_in[i], u) + dot(W[i], x); }
  Row next(const Row& x, const Row& u) const {
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] + leak * (std::tanh(argument(i, x, u)) - x[i]);
    return y;
  }
};

Rows states_of(const Reservoir& reservoir, const Rows& U, Row x) {
  const Units units(reservoir);
  Rows states;
  for (const auto& u : U) states.push_back(x = units.next(x, u));
  return states;
}

}  // namespace

Tensor listen(const Reservoir& reservoir, const Tensor& U, const Tensor& start) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  const auto heard = rows_of(U);
  refuse_lost(heard, "what is heard");
  return tensor_of(states_of(reservoir, heard, row_of(start)), start.size(0));
}

Tensor separation(const Reservoir& reservoir, const Tensor& U, const Tensor& start, const Tensor& other) {
  require_heard(reservoir, U);
  require_state(reservoir, start);
  require_state(reservoir, other);
  const auto heard = rows_of(U);
  refuse_lost(heard, "what is heard");
  const Units units(reservoir);
  auto x = row_of(start), y = row_of(other);
  Row distances;
  for (std::size_t t = 0;; ++t) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
    distances.push_back(std::sqrt(sum));
    if (t == heard.size()) return tensor_of(distances);
    x = units.next(x, heard[t]), y = units.next(y, heard[t]);
  }
}

/// ‖W‖² is the spectral radius of WᵀW.
double contraction_bound(const Reservoir& reservoir) {
  require_reservoir(reservoir);
  const double stretch = std::sqrt(spectral_radius(reservoir.W.t().matmul(reservoir.W)));
  return (1 - reservoir.leak) + reservoir.leak * stretch;
}

/// By the normal equations.
Readout fit_readout(const Tensor& X, const Tensor& Y, int64_t washout, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Y.dim() == 2 && X.size(0) == Y.size(0), "X and Y do not fit");
  TORCH_CHECK_VALUE(0 <= washout && washout < X.size(0) && lambda >= 0, "no such washout or penalty");
  const auto x = rows_of(X), y = rows_of(Y);
  for (std::size_t t = 0; t < x.size(); ++t)
    for (const auto* row : {&x[t], &y[t]})
      for (const double number : *row) TORCH_CHECK_VALUE(std::isfinite(number), "lost at time ", t);
  const auto N = static_cast<std::size_t>(X.size(1)), m = static_cast<std::size_t>(Y.size(1));
  const auto n = static_cast<double>(X.size(0) - washout);
  Row mean_x(N, 0), mean_y(m, 0);
  for (std::size_t t = washout; t < x.size(); ++t) {
    for (std::size_t i = 0; i < N; ++i) mean_x[i] += x[t][i] / n;
    for (std::size_t i = 0; i < m; ++i) mean_y[i] += y[t][i] / n;
  }
  Rows A(N, Row(N, 0)), B(N, Row(m, 0));
  for (std::size_t t = washout; t < x.size(); ++t) {
    for (std::size_t i = 0; i < N; ++i) {
      const double one = x[t][i] - mean_x[i];
      for (std::size_t j = 0; j <= i; ++j) A[i][j] += one * (x[t][j] - mean_x[j]) / n;
      for (std::size_t j = 0; j < m; ++j) B[i][j] += one * (y[t][j] - mean_y[j]) / n;
    }
  }
  for (std::size_t i = 0; i < N; ++i) {
    A[i][i] += lambda;
    for (std::size_t j = 0; j < i; ++j) A[j][i] = A[i][j];
  }
  const auto W = tensor_of(solved(A, B), Y.size(1)).t().contiguous();
  return {W, tensor_of(mean_y) - W.matmul(tensor_of(mean_x))};
}

Tensor memory_capacities(const Tensor& X, const Tensor& u, int64_t washout, int64_t lags) {
  TORCH_CHECK_VALUE(X.dim() == 2 && u.dim() == 1 && X.size(0) == u.size(0), "X and u do not fit");
  TORCH_CHECK_VALUE(lags >= 1 && washout + 1 >= lags && washout < X.size(0), "no such lags: ", lags, ", washout ", washout);
  const auto x = rows_of(X);
  const auto input = row_of(u);
  const auto N = static_cast<std::size_t>(X.size(1));
  Rows A(N, Row(N, 0)), B(N, Row(static_cast<std::size_t>(lags), 0));
  Row squares(static_cast<std::size_t>(lags), 0);
  for (int64_t t = washout; t < X.size(0); ++t) {
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j < N; ++j) A[i][j] += x[t][i] * x[t][j];
      for (int64_t k = 0; k < lags; ++k) B[i][k] += x[t][i] * input[t - k];
    }
    for (int64_t k = 0; k < lags; ++k) squares[k] += input[t - k] * input[t - k];
  }
  const auto w = solved(A, B);
  Row capacities(static_cast<std::size_t>(lags), 0);
  for (int64_t k = 0; k < lags; ++k) {
    for (std::size_t i = 0; i < N; ++i) capacities[k] += w[i][k] * B[i][k];
    capacities[k] /= squares[k];
  }
  return tensor_of(capacities);
}

/// Term by term.
Tensor linear_memory(const Tensor& W, const Tensor& w, int64_t lags) {
  TORCH_CHECK_VALUE(W.dim() == 2 && W.size(0) == W.size(1) && w.dim() == 1 && w.size(0) == W.size(0), "W and w do not fit");
  TORCH_CHECK_VALUE(lags >= 1 && spectral_radius(W) < 1, "it does not forget, or there is no lag");
  const auto weights = rows_of(W);
  const auto N = weights.size();
  Rows echoes{row_of(w)}, C(N, Row(N, 0));
  for (std::size_t k = 0; k < 6000; ++k) {
    const auto& echo = echoes.back();
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t j = 0; j < N; ++j) C[i][j] += echo[i] * echo[j];
    Row next;
    for (const auto& row : weights) next.push_back(dot(row, echo));
    echoes.push_back(next);
  }
  Row capacities;
  for (int64_t k = 0; k < lags; ++k) {
    Rows column;
    for (const double x : echoes[k]) column.push_back({x});
    const auto found = solved(C, column);
    double sum = 0;
    for (std::size_t i = 0; i < N; ++i) sum += found[i][0] * echoes[k][i];
    capacities.push_back(sum);
  }
  return tensor_of(capacities);
}

Forecaster fit_forecaster(const Reservoir& reservoir, const Tensor& U, int64_t washout, double lambda) {
  require_heard(reservoir, U);
  TORCH_CHECK_VALUE(U.size(0) >= 2, "expected at least two states, got ", U.size(0));
  const auto X = listen(reservoir, U, torch::zeros({reservoir.W.size(0)}, torch::kFloat64));
  const auto T = U.size(0);
  return {fit_readout(X.narrow(0, 0, T - 1), U.narrow(0, 1, T - 1), washout, lambda), X[T - 1].clone()};
}

namespace {

Row words(const Rows& V, const Row& c, const Row& x) {
  Row u;
  for (std::size_t j = 0; j < V.size(); ++j) u.push_back(c[j] + dot(V[j], x));
  return u;
}

}  // namespace

Tensor forecast(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  TORCH_CHECK_VALUE(steps >= 0, "steps below 0: ", steps);
  const Units units(reservoir);
  const auto V = rows_of(readout.W);
  const auto c = row_of(readout.b);
  auto x = row_of(state);
  Rows said;
  for (int64_t t = 0; t < steps; ++t) {
    said.push_back(words(V, c, x));
    x = units.next(x, said.back());
  }
  return tensor_of(said, readout.b.size(0));
}

Tensor forecast_exponents(const Reservoir& reservoir, const Readout& readout, const Tensor& state, int64_t steps,
                          int64_t count, double time) {
  require_reservoir(reservoir);
  require_readout(reservoir, readout);
  require_state(reservoir, state);
  const auto N = state.size(0);
  TORCH_CHECK_VALUE(steps >= 1 && 1 <= count && count <= N && time > 0, "no such exponents");
  const Units units(reservoir);
  const auto V = rows_of(readout.W), closed = rows_of(reservoir.W + reservoir.W_in.matmul(readout.W));
  const auto c = row_of(readout.b);
  auto x = row_of(state);
  auto vectors = first_unit_vectors(count, N);
  Row sums(static_cast<std::size_t>(count), 0);
  for (int64_t t = 0; t < steps; ++t) {
    const auto u = words(V, c, x);
    for (auto& v : vectors) {
      Row moved(v.size());
      for (std::size_t i = 0; i < v.size(); ++i) {
        const double bent = std::tanh(units.argument(i, x, u));
        moved[i] = (1 - units.leak) * v[i] + units.leak * (1 - bent * bent) * dot(closed[i], v);
      }
      v = moved;
    }
    const auto growth = make_orthonormal(vectors, t);
    for (int64_t i = 0; i < count; ++i) sums[i] += growth[i];
    x = units.next(x, u);
  }
  for (double& sum : sums) sum /= static_cast<double>(steps) * time;
  return tensor_of(sums);
}

Tensor delayed(const Tensor& U, int64_t delays, int64_t stride) {
  require_trajectory(U);
  TORCH_CHECK_VALUE(delays > 0 && stride > 0 && (delays - 1) * stride < U.size(0), "too few states or delays");
  const auto states = rows_of(U);
  Rows all;
  for (int64_t t = (delays - 1) * stride; t < U.size(0); ++t) {
    Row row;
    for (int64_t i = 0; i < delays; ++i) row.insert(row.end(), states[t - i * stride].begin(), states[t - i * stride].end());
    all.push_back(row);
  }
  return tensor_of(all, delays * U.size(1));
}

namespace {

Row products(Row s) {
  const auto m = s.size();
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = i; j < m; ++j) s.push_back(s[i] * s[j]);
  return s;
}

}  // namespace

Tensor with_products(const Tensor& S) {
  TORCH_CHECK_VALUE(S.dim() == 2, "expected states (n, m), got ", S.sizes());
  Rows all;
  for (const auto& row : rows_of(S)) all.push_back(products(row));
  return tensor_of(all, S.size(1) + S.size(1) * (S.size(1) + 1) / 2);
}

Readout fit_next_generation(const Tensor& U, int64_t delays, int64_t stride, double lambda) {
  require_trajectory(U);
  refuse_lost(rows_of(U), "the trajectory");
  const auto T = U.size(0), first = (delays - 1) * stride;
  TORCH_CHECK_VALUE(delays > 0 && stride > 0 && T >= first + 2, "the trajectory is too short, or without a delay");
  const auto features = with_products(delayed(U.narrow(0, 0, T - 1), delays, stride));
  return fit_readout(features, U.slice(0, first + 1) - U.slice(0, first, T - 1), 0, lambda);
}

Tensor continue_trajectory(const Readout& readout, const Tensor& heard, int64_t delays, int64_t stride, int64_t steps) {
  require_trajectory(heard);
  auto path = rows_of(heard);
  refuse_lost(path, "what was heard");
  TORCH_CHECK_VALUE(steps >= 0 && delays > 0 && stride > 0 && (delays - 1) * stride < heard.size(0), "too little was heard");
  const auto V = rows_of(readout.W);
  const auto c = row_of(readout.b);
  Rows said;
  for (int64_t k = 1; k <= steps; ++k) {
    Row known;
    for (int64_t i = 0; i < delays; ++i) {
      const auto& state = path[path.size() - 1 - i * stride];
      known.insert(known.end(), state.begin(), state.end());
    }
    auto next = words(V, c, products(known));
    for (std::size_t j = 0; j < next.size(); ++j) {
      next[j] += path.back()[j];
      TORCH_CHECK_VALUE(std::isfinite(next[j]), "it has run away after step ", k);
    }
    path.push_back(next);
    said.push_back(next);
  }
  return tensor_of(said, heard.size(1));
}

}  // namespace reservoir
