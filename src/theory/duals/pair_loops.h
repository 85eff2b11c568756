#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace spinlab::theory {

/// What a loop over pairs reads: `count` numbers side by side for each of its inputs.
template <typename T, size_t kInputs>
using Rows = std::array<const T*, kInputs>;

/// Factors of |u|'s and of u's part in a leaky ReLU's means.
struct LeakyParts {
  double even, odd;
};

/// E[φ(u) φ(v)] and E[φ'(u) φ'(v)] of a leaky ReLU; in: k, √q, 1/√q, √r, 1/√r.
void leaky_means(int64_t count, double* value, double* derivative, const Rows<double, 5>& in,
                 const LeakyParts& parts);
void leaky_means(int64_t count, float* value, float* derivative, const Rows<float, 5>& in,
                 const LeakyParts& parts);

/// Those of erf; in: k, 1/sqrt(1 + 2q), 1/sqrt(1 + 2r).
void erf_means(int64_t count, double* value, double* derivative, const Rows<double, 3>& in);
void erf_means(int64_t count, float* value, float* derivative, const Rows<float, 3>& in);

/// Σ_j cʲ a_j b_j over j < terms.
double series_mean(double c, const double* a, const double* b, int64_t terms);
float series_mean(float c, const float* a, const float* b, int64_t terms);

}  // namespace spinlab::theory
