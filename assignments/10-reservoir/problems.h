#pragma once

#include <torch/types.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "assignments/shared/draws.h"
#include "assignments/shared/spectra.h"
#include "reservoir.h"

/// What the checks hand to a student's functions, and plain second formulas to compare with.
namespace reservoir::problems {

using namespace spinlab::shared;

/// Lorenz's largest exponent: Sprott, Chaos and Time-Series Analysis (2003).
constexpr double kLorenzExponent = 0.9056;

using State = std::array<double, 3>;

template <typename T>
std::array<T, 3> slope(const Lorenz& flow, const std::array<T, 3>& s) {
  return {flow.sigma * (s[1] - s[0]), s[0] * (flow.rho - s[2]) - s[1], s[0] * s[1] - flow.beta * s[2]};
}

template <typename T>
std::array<T, 3> moved(const std::array<T, 3>& s, double h, const std::array<T, 3>& k) {
  return {s[0] + h * k[0], s[1] + h * k[1], s[2] + h * k[2]};
}

template <typename T>
std::array<T, 3> plain_step(const Lorenz& flow, const std::array<T, 3>& s, double h) {
  const auto a = slope(flow, s), b = slope(flow, moved(s, h / 2, a)), c = slope(flow, moved(s, h / 2, b)),
             d = slope(flow, moved(s, h, c));
  return moved(moved(moved(moved(s, h / 6, a), h / 3, b), h / 3, c), h / 6, d);
}

inline State state_of(const Tensor& x) {
  return {x[0].item<double>(), x[1].item<double>(), x[2].item<double>()};
}

/// (steps + 1, 3), the start first.
inline Tensor plain_path(const Lorenz& flow, State s, double h, int64_t steps) {
  auto path = torch::empty({steps + 1, 3}, torch::kFloat64);
  auto rows = path.accessor<double, 2>();
  for (int64_t k = 0; k <= steps; ++k) {
    for (int64_t i = 0; i < 3; ++i) rows[k][i] = s[i];
    s = plain_step(flow, s, h);
  }
  return path;
}

/// Lorenz's system on its attractor, (steps + 1, 3): what 20 units of time leave of a start.
inline Tensor attractor(double h, int64_t steps, const std::string& purpose) {
  const auto settled = plain_path({}, state_of(3 * normal({3}, purpose) + vector({0, 0, 20})), 0.01, 2000);
  return plain_path({}, state_of(settled[2000]), h, steps);
}

/// Its numbers in units of their deviations about their means, as a reservoir likes to hear them.
inline Tensor standardised(const Tensor& path) { return (path - path.mean(0)) / path.std(0, false); }

/// Another flow than the usual one.
inline Lorenz some_flow(const std::string& purpose) {
  return {number(8, 12, purpose + " sigma"), number(25, 35, purpose + " rho"),
          number(2, 4, purpose + " beta")};
}

/// Every number drawn, W full with the largest stretch `norm`.
inline Reservoir some_reservoir(int64_t N, int64_t d, double norm, double leak, const std::string& purpose) {
  const auto W = normal({N, N}, purpose + " W");
  return {norm * W / torch::linalg_svdvals(W).max(), 0.7 * normal({N, d}, purpose + " W_in"),
          0.3 * normal({N}, purpose + " b"), leak};
}

inline Readout some_readout(int64_t N, int64_t d, const std::string& purpose) {
  return {normal({d, N}, purpose + " readout") / std::sqrt(N), 0.3 * normal({d}, purpose + " readout b")};
}

/// The next state, unit by unit.
inline Tensor plain_next(const Reservoir& reservoir, const Tensor& x, const Tensor& u) {
  auto next = torch::empty_like(x);
  for (int64_t i = 0; i < x.size(0); ++i) {
    const double sum = (reservoir.W[i].dot(x) + reservoir.W_in[i].dot(u) + reservoir.b[i]).item<double>();
    next[i] = (1 - reservoir.leak) * x[i].item<double>() + reservoir.leak * std::tanh(sum);
  }
  return next;
}

/// (n, N).
inline Tensor plain_states(const Reservoir& reservoir, const Tensor& U, Tensor x) {
  std::vector<Tensor> states;
  for (const auto& u : U.unbind()) states.push_back(x = plain_next(reservoir, x, u));
  return torch::stack(states);
}

/// What is left of the ridge equations: W (XᵀX/n + λ) − YᵀX/n with centred X and Y, (m, N), and by b, (m, 1).
inline Tensor ridge_residual(const Tensor& X, const Tensor& Y, const Readout& found, double lambda) {
  const double n = X.size(0);
  const auto error = X.matmul(found.W.t()) + found.b - Y;
  return torch::cat({error.t().matmul(X) / n + lambda * found.W, error.mean(0).unsqueeze(1)}, 1);
}

/// A permutation as a matrix: a unit j feeds the unit j + 1, the last the first.
inline Tensor ring(int64_t N) { return torch::roll(eye(N), 1, 0); }

}  // namespace reservoir::problems
