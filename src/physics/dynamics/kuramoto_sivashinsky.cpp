#include "src/physics/dynamics/kuramoto_sivashinsky.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

namespace spinlab::physics {
namespace {

at::Tensor spectrum_of(const at::Tensor& u) { return at::fft_rfft(u, std::nullopt, -1); }

}  // namespace

KuramotoSivashinskySteps::KuramotoSivashinskySteps(const KuramotoSivashinsky& equation, double step)
    : points_(equation.points) {
  TORCH_CHECK_VALUE(std::isfinite(equation.length) && equation.length > 0,
                    "Kuramoto–Sivashinsky: expected a length above 0, got ", equation.length);
  TORCH_CHECK_VALUE(points_ >= 4 && points_ % 2 == 0,
                    "Kuramoto–Sivashinsky: expected an even number of points, at "
                    "least 4, got ",
                    points_);
  TORCH_CHECK_VALUE(std::isfinite(step) && step > 0, "Kuramoto–Sivashinsky: expected a step above 0, got ",
                    step, " (back in time the equation has no solutions)");
  const auto k = at::arange(points_ / 2 + 1, at::kDouble) * (2 * M_PI / equation.length);
  const auto L = (k.square() - k.pow(4)) * step;
  // Of the highest wave number the derivative is not known: it is real at one phase alone.
  auto odd = k.clone();
  odd[points_ / 2] = 0;
  derivative_ = at::complex(at::zeros_like(odd), odd);
  whole_ = L.exp();
  half_ = (L / 2).exp();
  // Means over a circle of radius 1 around each h L; half of it is enough, what is meant is real.
  constexpr int64_t kCircle = 32;
  const auto angles = (at::arange(kCircle, at::kDouble) + 0.5) * (M_PI / kCircle);
  const auto z = L.unsqueeze(1) + at::complex(angles.cos(), angles.sin());
  const auto mean = [&](const at::Tensor& of_z) { return step * at::real(of_z.mean(1)); };
  const auto e = z.exp(), cube = z * z * z;
  half_weight_ = mean(((z / 2).exp() - 1) / z);
  first_ = mean((-4 - z + e * (4 - 3 * z + z * z)) / cube);
  middle_ = mean((2 + z + e * (z - 2)) / cube);
  last_ = mean((-4 - 3 * z - z * z + e * (4 - z)) / cube);
}

/// -½ ∂(u²)/∂x.
at::Tensor KuramotoSivashinskySteps::nonlinear(const at::Tensor& spectrum) const {
  return -0.5 * derivative_ * spectrum_of(at::fft_irfft(spectrum, points_, -1).square());
}

template <typename Nonlinear>
at::Tensor KuramotoSivashinskySteps::step(const at::Tensor& spectrum, const Nonlinear& N) const {
  const auto now = N(spectrum);
  const auto a = half_ * spectrum + half_weight_ * now, at_a = N(a);
  const auto b = half_ * spectrum + half_weight_ * at_a, at_b = N(b);
  const auto c = half_ * a + half_weight_ * (2 * at_b - now), at_c = N(c);
  return whole_ * spectrum + first_ * now + 2 * middle_ * (at_a + at_b) + last_ * at_c;
}

at::Tensor KuramotoSivashinskySteps::advanced(const at::Tensor& u) const {
  TORCH_CHECK_VALUE(u.dim() == 2 && u.size(1) == points_, "Kuramoto–Sivashinsky: expected u (n, ", points_,
                    "), got ", u.sizes());
  const auto later = step(spectrum_of(u), [&](const at::Tensor& spectrum) { return nonlinear(spectrum); });
  return at::fft_irfft(later, points_, -1);
}

void KuramotoSivashinskySteps::advance(at::Tensor& u, at::Tensor& vectors) const {
  // The first row is u, the others move by the derivative of its motion: -½ ∂(u²)/∂x becomes -∂(u v)/∂x.
  const auto both = [&](const at::Tensor& spectrum) {
    const auto fields = at::fft_irfft(spectrum, points_, -1);
    auto products = fields * fields[0];
    products[0].mul_(0.5);
    return -derivative_ * spectrum_of(products);
  };
  const auto rows = at::cat({u.unsqueeze(0), vectors.t()});
  const auto later = at::fft_irfft(step(spectrum_of(rows), both), points_, -1);
  u = later[0].clone();
  vectors = later.narrow(0, 1, vectors.size(1)).t();
}

at::Tensor integrate(const KuramotoSivashinsky& equation, const at::Tensor& starts, const FixedSteps& steps) {
  require_steps(steps);
  const KuramotoSivashinskySteps motion(equation, steps.step);
  auto u = starts.to(at::kDouble);
  const auto kept = steps.steps / steps.every;
  std::vector<at::Tensor> all{u};
  for (int64_t k = 0; k < kept; ++k) {
    for (int64_t i = 0; i < steps.every; ++i) u = motion.advanced(u);
    all.push_back(u);
  }
  const auto solutions = at::stack(all, 1);
  require_finite(solutions, steps, "Kuramoto–Sivashinsky");
  return solutions;
}

}  // namespace spinlab::physics
