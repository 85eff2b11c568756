#include "src/physics/dynamics/lyapunov.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "src/physics/dynamics/runge_kutta_step.h"

namespace spinlab::physics {
// BEGIN SOLUTION
namespace {

constexpr int64_t kBlocks = 20, kDimension = 3;

using State = std::array<double, kDimension>;
/// The state and its tangent vectors, moved together.
using Frame = std::array<double, kDimension * (1 + kDimension)>;

/// The flow of a state and of tangent vectors along it.
template <typename Flow>
struct WithTangents {
  const Flow& flow;

  Frame operator()(const Frame& frame) const {
    const auto part = [&](std::size_t i) { return State{frame[3 * i], frame[3 * i + 1], frame[3 * i + 2]}; };
    Frame slope;
    const auto put = [&](std::size_t i, const State& v) {
      std::copy(v.begin(), v.end(), slope.begin() + 3 * i);
    };
    const auto x = part(0);
    put(0, flow(x));
    for (std::size_t i = 1; i <= kDimension; ++i) put(i, flow.tangent(x, part(i)));
    return slope;
  }
};

/// Means and standard errors over blocks of (motions, k).
LyapunovSpectrum from_growth(const at::Tensor& growth, double time) {
  const auto block = growth.size(0) / kBlocks;
  const auto blocks = growth.narrow(0, 0, block * kBlocks).view({kBlocks, block, -1}).mean(1) / time;
  const auto [exponents, order] = (growth.mean(0) / time).sort(0, /*descending=*/true);
  const auto errors = blocks.std(0) / std::sqrt(static_cast<double>(kBlocks));
  return {exponents, errors.index_select(0, order)};
}

/// One motion with what follows it: makes the vectors orthonormal and writes the logarithms of what they had
/// beyond that, (k).
using Growth = std::function<void(double* logarithms)>;

LyapunovSpectrum spectrum(const Growth& grow, int64_t k, const LyapunovOptions& options) {
  TORCH_CHECK_VALUE(options.motions >= kBlocks, "motions: expected at least ", kBlocks, ", got ",
                    options.motions);
  TORCH_CHECK_VALUE(options.transient >= 0, "transient: expected at least 0, got ", options.transient);
  TORCH_CHECK_VALUE(std::isfinite(options.time) && options.time > 0, "time: expected above 0, got ",
                    options.time);
  auto growth = at::empty({options.motions, k}, at::kDouble);
  auto* row = growth.mutable_data_ptr<double>();
  for (int64_t i = -options.transient; i < options.motions; ++i) {
    grow(row);
    TORCH_CHECK_VALUE(std::isfinite(std::accumulate(row, row + k, 0.0)), "motion ", i + options.transient,
                      " is no longer finite, or maps a vector to 0");
    if (i >= 0) row += k;
  }
  return from_growth(growth, options.time);
}

/// Gram and Schmidt's, one vector after the other against those before it.
void orthonormalise(Frame& frame, double* logarithms) {
  const auto vector = [&](std::size_t i) {
    return std::span<double, kDimension>(&frame[kDimension * (1 + i)], kDimension);
  };
  for (std::size_t i = 0; i < kDimension; ++i) {
    const auto v = vector(i);
    for (std::size_t j = 0; j < i; ++j) {
      const auto u = vector(j);
      const auto along = std::inner_product(u.begin(), u.end(), v.begin(), 0.0);
      for (std::size_t n = 0; n < kDimension; ++n) v[n] -= along * u[n];
    }
    const auto length = std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
    for (auto& number : v) number /= length;
    logarithms[i] = std::log(length);
  }
}

template <typename Flow>
LyapunovSpectrum of_flow(const Flow& flow, const at::Tensor& start, const FlowLyapunovOptions& options) {
  TORCH_CHECK_VALUE(start.sizes() == at::IntArrayRef({kDimension}), Flow::kName,
                    ": expected a start (3), got ", start.sizes());
  TORCH_CHECK_VALUE(options.every >= 1, "every: expected at least 1, got ", options.every);
  const WithTangents<Flow> field{flow};
  Frame frame{};
  for (std::size_t i = 0; i < kDimension; ++i) {
    frame[i] = start[static_cast<int64_t>(i)].item<double>();
    frame[kDimension * (1 + i) + i] = 1;
  }
  const auto grow = [&](double* logarithms) {
    for (int64_t i = 0; i < options.every; ++i) frame = runge_kutta_4_step(field, frame, options.step);
    orthonormalise(frame, logarithms);
  };
  return spectrum(grow, kDimension,
                  {.time = options.step * static_cast<double>(options.every),
                   .motions = options.steps / options.every,
                   .transient = options.transient / options.every});
}

}  // namespace
// END SOLUTION

LyapunovSpectrum lyapunov_spectrum(const TangentMotion& motion, const at::Tensor& state,
                                   const LyapunovOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "Lyapunov exponents of ", state.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  TORCH_CHECK_VALUE(state.dim() == 1, "expected a state (d), got ", state.sizes());
  const auto d = state.size(0), k = options.count == 0 ? d : options.count;
  TORCH_CHECK_VALUE(1 <= k && k <= d, "count: expected 1 to ", d, " exponents, got ", options.count);
  auto x = state.to(at::kDouble).clone();
  auto vectors = at::eye(d, k, at::kDouble);
  const auto grow = [&](double* logarithms) {
    motion(x, vectors);
    const auto [Q, R] = at::linalg_qr(vectors);
    vectors = Q;
    const auto stretched = R.diagonal().abs().log() + 0 * x.sum();  // not finite where the state is not
    std::copy_n(stretched.contiguous().const_data_ptr<double>(), k, logarithms);
  };
  return spectrum(grow, k, options);
  // END SOLUTION
}

LyapunovSpectrum lyapunov_spectrum(const Lorenz& flow, const at::Tensor& start,
                                   const FlowLyapunovOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, flow.kName, "'s Lyapunov exponents: left out, 10-reservoir asks for it");
  return of_flow(flow, start, options);
  // END SOLUTION
}

LyapunovSpectrum lyapunov_spectrum(const Roessler& flow, const at::Tensor& start,
                                   const FlowLyapunovOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, flow.kName, "'s Lyapunov exponents: left out, 10-reservoir asks for it");
  return of_flow(flow, start, options);
  // END SOLUTION
}

double kaplan_yorke_dimension(const at::Tensor& exponents) {
  const auto falling = exponents.to(at::kDouble).contiguous();
  TORCH_CHECK_VALUE(falling.dim() == 1 && falling.size(0) > 0, "expected exponents (d), got ",
                    exponents.sizes());
  TORCH_CHECK_VALUE(falling.diff().le(0).all().item<bool>(), "expected exponents that fall");
  double sum = 0;
  for (int64_t j = 0; j < falling.size(0); ++j) {
    const double next = falling.const_data_ptr<double>()[j];
    if (sum + next < 0) return static_cast<double>(j) + sum / std::abs(next);
    sum += next;
  }
  return static_cast<double>(falling.size(0));
}

}  // namespace spinlab::physics
