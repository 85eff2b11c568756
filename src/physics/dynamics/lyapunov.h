#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string_view>

#include "src/physics/dynamics/flows.h"

namespace spinlab::physics {

/// How a system moves from one orthonormalisation to the next: the state and, by its derivative, tangent
/// vectors in the columns of (d, k). Both are replaced.
using TangentMotion = std::function<void(at::Tensor& state, at::Tensor& vectors)>;

struct LyapunovOptions {
  /// Of one motion, in the unit of time that exponents are for.
  double time = 1;
  /// Motions that are counted, after `transient` others in which the vectors turn into place.
  int64_t motions = 10'000;
  int64_t transient = 100;
  /// How many exponents, the largest first; 0: all.
  int64_t count = 0;
};

struct LyapunovSpectrum {
  /// float64 (k), falling, and their standard errors from 20 blocks of the series.
  at::Tensor exponents, errors;
};

/// The exponents of the orbit of `state`, float64 (d): tangent vectors are moved along and made orthonormal
/// again and again, and the mean logarithm of what each is stretched by is its exponent [Benettin et al.,
/// Meccanica 15, 9 (1980); by QR, Eckmann and Ruelle, Rev. Mod. Phys. 57, 617 (1985), section V.A]. Throws
/// c10::ValueError for options that cannot be, fewer than 20 motions among them, and where the state or a
/// vector is no longer finite.
LyapunovSpectrum lyapunov_spectrum(const TangentMotion& motion, const at::Tensor& state,
                                   const LyapunovOptions& options = {});

/// Of a flow by Runge–Kutta steps of order 4 in it and its tangent map, `every` of them between two
/// orthonormalisations; `steps` and `transient` count steps, exponents are per unit of time.
struct FlowLyapunovOptions {
  double step = 0.01;
  int64_t steps = 1'000'000;
  int64_t transient = 10'000;
  int64_t every = 10;
};
LyapunovSpectrum lyapunov_spectrum(const Lorenz& flow, const at::Tensor& start,
                                   const FlowLyapunovOptions& options = {});
LyapunovSpectrum lyapunov_spectrum(const Roessler& flow, const at::Tensor& start,
                                   const FlowLyapunovOptions& options = {});

/// j + Σ_{i ≤ j} λ_i/|λ_{j+1}| with the largest j whose sum is not negative; 0 where λ_1 < 0, and the number
/// of exponents where no sum is negative. exponents: (d), falling. [Kaplan and Yorke, Lecture Notes in
/// Mathematics 730, 204 (1979)]
double kaplan_yorke_dimension(const at::Tensor& exponents);

}  // namespace spinlab::physics
