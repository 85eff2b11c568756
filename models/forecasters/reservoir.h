#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/forecasters/reservoir_steps.h"

namespace spinlab::models {

struct ReservoirOptions {
  int64_t units = 100;
  /// How many units each unit hears; eight neighbours hear the same ones, each by weights of its own.
  int64_t degree = 10;
  /// max |λ| of the recurrent weights.
  double radius = 0.9;
  /// The share of a unit's state that a step replaces, in (0, 1].
  double leak = 1;
  /// The weights of inputs and the biases are uniform in ± these.
  double input_scaling = 1, bias_scaling = 0;
  std::uint64_t seed = 0;
};

/// The fixed part of an echo state network [Jaeger 2001, GMD Report 148]: leaky tanh units whose weights are
/// drawn once, the recurrent ones uniform in ±1 and scaled to the spectral radius, in float32; states are
/// float64. A step costs units · (degree + inputs), for eight trajectories side by side as for one.
class Reservoir {
 public:
  static constexpr int64_t kMaxUnits = 65'536;

  /// Of states of so many numbers. Throws c10::ValueError for options that cannot be, and where the weights
  /// that were drawn have the spectral radius 0, which no factor changes.
  Reservoir(const ReservoirOptions& options, int64_t inputs);

  int64_t units() const { return units_; }
  int64_t inputs() const { return inputs_; }
  /// n states of zeros, (n, units).
  at::Tensor rest(int64_t n) const;

  /// The states after each of `inputs` (n, T, d), float64 (n, T, units); state: (n, units), the last before
  /// them, becomes the last of them. Time is split into the caller's blocks without a trace.
  at::Tensor listen(const at::Tensor& inputs, at::Tensor& state) const;

  /// What it says when it hears itself: outputs y(1), …, y(steps) (n, steps, d), y(1) of `state` and each
  /// later one after the step in which it heard the one before. readout: of d outputs.
  at::Tensor speak(const at::Tensor& state, const ReadoutWeights& readout, int64_t steps) const;

  /// The whole matrices, float64: (units, units), (units, inputs), (units).
  at::Tensor recurrent_weights() const;
  at::Tensor input_weights() const;
  at::Tensor bias() const;

  /// The weights, for a checkpoint. load_state throws c10::ValueError where they are another reservoir's.
  std::map<std::string, at::Tensor> state() const;
  void load_state(const std::map<std::string, at::Tensor>& state);

 private:
  ReservoirWeights weights() const;
  at::Tensor product(const at::Tensor& x) const;
  template <typename Number, typename Heard, typename Take>
  void walk(std::vector<Number>& state, int64_t steps, const Heard& heard, const Take& take) const;

  int64_t units_, inputs_, groups_, degree_;
  double leak_;
  /// As ReservoirWeights has them; `heard_` int16, whose bits are unsigned.
  at::Tensor heard_, recurrent_, input_;
};

}  // namespace spinlab::models
