#pragma once

#include <cstdint>

namespace spinlab::models {

/// Numbers that are computed side by side: of eight units of one trajectory, or of one unit in eight.
inline constexpr int64_t kLanes = 8;
using Eight = double __attribute__((vector_size(kLanes * sizeof(double))));

/// The numbers of a reservoir as its steps read them: units in groups of eight, the last filled up by units
/// that hear nothing. The arrays belong to somebody else.
struct ReservoirWeights {
  int64_t groups, degree, inputs;
  double leak;
  /// (groups, degree): the units that all eight of a group hear; (groups, degree, 8): each by its own weight.
  const std::uint16_t* heard;
  const float* recurrent;
  /// (groups, inputs + 1, 8): of the inputs, and behind them the bias.
  const float* input;
};

/// (groups, outputs, 8) and (outputs): y = b + Σ_i w_i φ_i, φ_i = x_i, or x_i² for odd i where they are
/// squared.
struct ReadoutWeights {
  int64_t groups, outputs;
  bool squares;
  const double* weights;
  const double* intercept;
};

/// Groups [first, last) of x(t) = (1 - a) x(t-1) + a tanh(W x(t-1) + W_in u(t) + b), a the leak [Jaeger et
/// al., Neural Networks 20 (2007), eq. 1, discretised; Lukoševičius 2012, eqs. 2 and 3]. state, next: (8
/// groups); u: (inputs). Each unit adds up in one order, so that one trajectory and eight side by side have
/// the same bits; tanh is right to 2 units in the last place.
void advance(const ReservoirWeights& reservoir, int64_t first, int64_t last, const double* u,
             const double* state, double* next);
/// The same of eight trajectories.
void advance(const ReservoirWeights& reservoir, int64_t first, int64_t last, const Eight* u,
             const Eight* state, Eight* next);

/// y (outputs) of a state, or of eight.
void read_out(const ReadoutWeights& readout, const double* state, double* y);
void read_out(const ReadoutWeights& readout, const Eight* state, Eight* y);

}  // namespace spinlab::models
