#include "src/physics/dynamics/trajectories.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "src/core/on_all_cores.h"
#include "src/physics/dynamics/runge_kutta_step.h"

#if defined(__x86_64__)
#define SPINLAB_FOR_THIS_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SPINLAB_FOR_THIS_PROCESSOR
#endif

namespace spinlab::physics {
namespace {

constexpr int64_t kLanes = 8, kDimension = 3;
/// A number of each of eight trajectories.
using Eight = double __attribute__((vector_size(kLanes * sizeof(double))));

/// Where trajectory i's state k lies: `out` + (i · kept + k) · 3.
struct Kept {
  double* out;
  int64_t kept;
};

template <typename Flow>
[[gnu::always_inline]] inline void follow_one(const Flow& flow, const FixedSteps& steps, double* out) {
  std::array<double, kDimension> x{out[0], out[1], out[2]};
  for (int64_t kept = 1; kept <= steps.steps / steps.every; ++kept) {
    for (int64_t i = 0; i < steps.every; ++i) x = runge_kutta_4_step(flow, x, steps.step);
    std::copy(x.begin(), x.end(), out + kept * kDimension);
  }
}

template <typename Flow>
[[gnu::always_inline]] inline void follow_eight(const Flow& flow, const FixedSteps& steps, const Kept& all) {
  std::array<Eight, kDimension> x;
  const auto each = [&](auto&& use) {
    for (std::size_t d = 0; d < kDimension; ++d) {
      for (int64_t lane = 0; lane < kLanes; ++lane)
        use(d, lane, all.out + lane * all.kept * kDimension + static_cast<int64_t>(d));
    }
  };
  each([&](std::size_t d, int64_t lane, const double* start) { x[d][lane] = *start; });
  for (int64_t kept = 1; kept < all.kept; ++kept) {
    for (int64_t i = 0; i < steps.every; ++i) x = runge_kutta_4_step(flow, x, steps.step);
    each([&](std::size_t d, int64_t lane, double* start) { start[kept * kDimension] = x[d][lane]; });
  }
}

// target_clones takes no templates.
SPINLAB_FOR_THIS_PROCESSOR void follow_lanes(const Lorenz& flow, const FixedSteps& steps, const Kept& all) {
  follow_eight(flow, steps, all);
}
SPINLAB_FOR_THIS_PROCESSOR void follow_lanes(const Roessler& flow, const FixedSteps& steps, const Kept& all) {
  follow_eight(flow, steps, all);
}

template <typename Flow>
at::Tensor follow(const Flow& flow, const at::Tensor& starts, const FixedSteps& steps) {
  require_steps(steps);
  TORCH_CHECK_VALUE(starts.dim() == 2 && starts.size(1) == kDimension, Flow::kName,
                    ": expected starts (n, 3), got ", starts.sizes());
  const auto n = starts.size(0), kept = steps.steps / steps.every + 1;
  auto all = at::empty({n, kept, kDimension}, at::kDouble);
  all.select(1, 0).copy_(starts);
  auto* out = all.mutable_data_ptr<double>();
  const auto whole = n / kLanes, rest = n % kLanes;
  on_all_cores(whole + rest, 1, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i) {
      if (i < whole)
        follow_lanes(flow, steps, {out + i * kLanes * kept * kDimension, kept});
      else
        follow_one(flow, steps, out + (whole * kLanes + i - whole) * kept * kDimension);
    }
  });
  require_finite(all, steps, Flow::kName);
  return all;
}

}  // namespace

void require_steps(const FixedSteps& steps) {
  TORCH_CHECK_VALUE(std::isfinite(steps.step) && steps.step != 0,
                    "step: expected a finite number other than 0, got ", steps.step);
  TORCH_CHECK_VALUE(steps.steps >= 0, "steps: expected at least 0, got ", steps.steps);
  TORCH_CHECK_VALUE(steps.every >= 1, "every: expected at least 1, got ", steps.every);
}

void require_finite(const at::Tensor& trajectories, const FixedSteps& steps, std::string_view what) {
  const auto lost = trajectories.isfinite().flatten(2).all(2).logical_not();
  if (!lost.any().item<bool>()) return;
  const auto first = lost.nonzero()[0];
  const auto trajectory = first[0].item<int64_t>(), kept = first[1].item<int64_t>();
  TORCH_CHECK_VALUE(kept > 0, what, ": start ", trajectory, " is not finite");
  TORCH_CHECK_VALUE(false, what, ": trajectory ", trajectory, " is no longer finite after step ",
                    (kept - 1) * steps.every, " to ", kept * steps.every, " of length ", steps.step,
                    "; choose a shorter one");
}

at::Tensor runge_kutta_4(const Lorenz& flow, const at::Tensor& starts, const FixedSteps& steps) {
  return follow(flow, starts, steps);
}

at::Tensor runge_kutta_4(const Roessler& flow, const at::Tensor& starts, const FixedSteps& steps) {
  return follow(flow, starts, steps);
}

}  // namespace spinlab::physics
