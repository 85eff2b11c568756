#include "models/forecasters/reservoir_steps.h"

#include <array>
#include <cstring>
#include <numbers>

// A product and a sum are never made one, so that the bits do not depend on the processor.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#define SPINLAB_FOR_THIS_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SPINLAB_FOR_THIS_PROCESSOR
#endif

namespace spinlab::models {
namespace {

using EightFloats = float __attribute__((vector_size(kLanes * sizeof(float))));
using EightIntegers = std::int64_t __attribute__((vector_size(kLanes * sizeof(std::int64_t))));

// Results go into arguments: a vector as a return value is passed on as the processor has it, or not at all.

[[gnu::always_inline]] inline void load(const double* from, Eight& numbers) {
  std::memcpy(&numbers, from, sizeof numbers);
}

// BEGIN SOLUTION
[[gnu::always_inline]] inline void load(const float* from, Eight& numbers) {
  EightFloats narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  numbers = __builtin_convertvector(narrow, Eight);
}

constexpr int kTerms = 13;

/// 1/1!, 1/2!, …
constexpr std::array<double, kTerms> inverse_factorials() {
  std::array<double, kTerms> all{};
  double factorial = 1;
  for (int n = 1; n <= kTerms; ++n) all[n - 1] = 1 / (factorial *= n);
  return all;
}

/// tanh x = e/(e + 2), e = exp(2x) - 1: no digits are lost near 0. Beyond ±20 it is ±1. With 2x = n ln 2 + r,
/// e = 2^n (exp(r) - 1) + 2^n - 1, and exp(r) - 1 by Taylor's series, whose next term is below 1e-17 of the
/// first.
[[gnu::always_inline]] inline void replace_by_tanh(Eight& x) {
  constexpr double kMost = 20, kHigh = 0x1.62e42fee00000p-1, kLow = 0x1.a39ef35793c76p-33;
  constexpr double kRound = 0x1.8p52;  // added and subtracted: to the next integer
  constexpr std::int64_t kBias = 1023, kFractionBits = 52;
  constexpr auto kCoefficients = inverse_factorials();
  Eight y = x > kMost ? Eight{} + kMost : x;
  y = 2 * (y < -kMost ? Eight{} - kMost : y);
  const Eight n = (y * std::numbers::log2e + kRound) - kRound;
  const Eight r = (y - n * kHigh) - n * kLow;
  Eight sum = Eight{} + kCoefficients[kTerms - 1];
  for (int i = kTerms - 2; i >= 0; --i) sum = kCoefficients[i] + r * sum;
  const EightIntegers bits = (__builtin_convertvector(n, EightIntegers) + kBias) << kFractionBits;
  Eight power;
  std::memcpy(&power, &bits, sizeof power);
  const Eight e = power * (r * sum) + (power - 1);
  x = e / (e + 2);
}

/// x moves by the leak towards tanh of the sum.
[[gnu::always_inline]] inline void move(const Eight& x, Eight& sum, double leak, Eight& next) {
  replace_by_tanh(sum);
  next = leak == 1 ? sum : x + leak * (sum - x);
}
// END SOLUTION

/// A sum of eight in the one order that both kinds of steps keep.
template <typename Number>
[[gnu::always_inline]] inline void add_up(const Number* part, double intercept, Number& sum) {
  sum =
      intercept + (((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7])));
}

}  // namespace

SPINLAB_FOR_THIS_PROCESSOR void advance(const ReservoirWeights& reservoir, int64_t first, int64_t last,
                                        const double* u, const double* state, double* next) {
  // BEGIN SOLUTION
  // STUB // Left out, 10-reservoir asks for it: Reservoir::listen says so and never comes here.
  const auto [groups, degree, inputs, leak, heard, recurrent, input] = reservoir;
  for (auto g = first; g < last; ++g) {
    const auto* in = input + g * (inputs + 1) * kLanes;
    const auto* w = recurrent + g * degree * kLanes;
    Eight sum, weight, x;
    load(in + inputs * kLanes, sum);
    for (int64_t c = 0; c < inputs; ++c) {
      load(in + c * kLanes, weight);
      sum += weight * u[c];
    }
    for (int64_t j = 0; j < degree; ++j) {
      load(w + j * kLanes, weight);
      sum += weight * state[heard[g * degree + j]];
    }
    load(state + g * kLanes, x);
    move(x, sum, leak, weight);
    std::memcpy(next + g * kLanes, &weight, sizeof weight);
  }
  // END SOLUTION
}

SPINLAB_FOR_THIS_PROCESSOR void advance(const ReservoirWeights& reservoir, int64_t first, int64_t last,
                                        const Eight* u, const Eight* state, Eight* next) {
  // BEGIN SOLUTION
  // STUB // Left out, 10-reservoir asks for it: Reservoir::listen says so and never comes here.
  const auto [groups, degree, inputs, leak, heard, recurrent, input] = reservoir;
  for (auto g = first; g < last; ++g) {
    const auto* in = input + g * (inputs + 1) * kLanes;
    const auto* w = recurrent + g * degree * kLanes;
    Eight sum[kLanes];
    for (int64_t i = 0; i < kLanes; ++i) sum[i] = Eight{} + static_cast<double>(in[inputs * kLanes + i]);
    for (int64_t c = 0; c < inputs; ++c) {
      for (int64_t i = 0; i < kLanes; ++i) sum[i] += static_cast<double>(in[c * kLanes + i]) * u[c];
    }
    for (int64_t j = 0; j < degree; ++j) {
      const Eight x = state[heard[g * degree + j]];
      for (int64_t i = 0; i < kLanes; ++i) sum[i] += static_cast<double>(w[j * kLanes + i]) * x;
    }
    for (int64_t i = 0; i < kLanes; ++i) move(state[g * kLanes + i], sum[i], leak, next[g * kLanes + i]);
  }
  // END SOLUTION
}

SPINLAB_FOR_THIS_PROCESSOR void read_out(const ReadoutWeights& readout, const double* state, double* y) {
  const Eight odd = {0, 1, 0, 1, 0, 1, 0, 1};
  for (int64_t c = 0; c < readout.outputs; ++c) {
    Eight sum{}, x, weight;
    for (int64_t g = 0; g < readout.groups; ++g) {
      load(state + g * kLanes, x);
      if (readout.squares) x = odd != 0 ? x * x : x;
      load(readout.weights + (g * readout.outputs + c) * kLanes, weight);
      sum += weight * x;
    }
    double parts[kLanes];
    std::memcpy(parts, &sum, sizeof sum);
    add_up(parts, readout.intercept[c], y[c]);
  }
}

SPINLAB_FOR_THIS_PROCESSOR void read_out(const ReadoutWeights& readout, const Eight* state, Eight* y) {
  for (int64_t c = 0; c < readout.outputs; ++c) {
    Eight sum[kLanes]{};
    for (int64_t g = 0; g < readout.groups; ++g) {
      const auto* w = readout.weights + (g * readout.outputs + c) * kLanes;
      for (int64_t i = 0; i < kLanes; ++i) {
        Eight x = state[g * kLanes + i];
        if (readout.squares && i % 2 == 1) x = x * x;
        sum[i] += w[i] * x;
      }
    }
    add_up(sum, readout.intercept[c], y[c]);
  }
}

}  // namespace spinlab::models
