#include "src/physics/dynamics/lyapunov.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <tuple>

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

/// The vectors made orthonormal, and the logarithms of what they had beyond that, (k).
std::pair<at::Tensor, at::Tensor> orthonormal(const at::Tensor& vectors) {
  auto [Q, R] = at::linalg_qr(vectors);
  return {Q, R.diagonal().abs().log()};
}

template <typename Flow>
LyapunovSpectrum of_flow(const Flow& flow, const at::Tensor& start, const FlowLyapunovOptions& options) {
  TORCH_CHECK_VALUE(start.sizes() == at::IntArrayRef({kDimension}), Flow::kName,
                    ": expected a start (3), got ", start.sizes());
  TORCH_CHECK_VALUE(options.every >= 1, "every: expected at least 1, got ", options.every);
  const WithTangents<Flow> field{flow};
  const auto motion = [&](at::Tensor& state, at::Tensor& vectors) {
    auto frame = at::cat({state.view({1, kDimension}), vectors.t()}).contiguous();
    auto* numbers = frame.mutable_data_ptr<double>();
    Frame x;
    std::copy_n(numbers, x.size(), x.begin());
    for (int64_t i = 0; i < options.every; ++i) x = runge_kutta_4_step(field, x, options.step);
    std::copy(x.begin(), x.end(), numbers);
    state = frame[0];
    vectors = frame.narrow(0, 1, kDimension).t();
  };
  return lyapunov_spectrum(motion, start,
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
  TORCH_CHECK_VALUE(options.motions >= kBlocks, "motions: expected at least ", kBlocks, ", got ",
                    options.motions);
  TORCH_CHECK_VALUE(options.transient >= 0, "transient: expected at least 0, got ", options.transient);
  TORCH_CHECK_VALUE(std::isfinite(options.time) && options.time > 0, "time: expected above 0, got ",
                    options.time);
  auto x = state.to(at::kDouble).clone();
  auto vectors = at::eye(d, k, at::kDouble);
  auto growth = at::empty({options.motions, k}, at::kDouble);
  for (int64_t i = -options.transient; i < options.motions; ++i) {
    motion(x, vectors);
    at::Tensor logarithms;
    std::tie(vectors, logarithms) = orthonormal(vectors);
    TORCH_CHECK_VALUE(logarithms.sum().isfinite().item<bool>() && x.sum().isfinite().item<bool>(), "motion ",
                      i + options.transient, " is no longer finite, or maps a vector to 0");
    if (i >= 0) growth[i].copy_(logarithms);
  }
  return from_growth(growth, options.time);
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
