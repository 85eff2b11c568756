#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace spinlab::models {

/// A model of trajectories u(0), u(1), …: it learns in one call what follows, and then goes on by itself,
/// each prediction its next input. What comes from outside is checked here, once for all.
class Forecaster {
 public:
  virtual ~Forecaster() = default;

  /// trajectories: float64 (n, T, d), T > memory(), each for itself. Throws c10::ValueError where they are
  /// shorter, not finite (with the place) or of another type.
  void fit(const at::Tensor& trajectories);

  /// States that it has to hear before it predicts.
  virtual int64_t memory() const = 0;
  /// heard: float64 (n, T, d), T ≥ memory(). Returns (n, T - memory() + 1, d): what follows each state from
  /// the memory()-th on. Throws c10::Error before fit, c10::ValueError as fit and for another d.
  at::Tensor next(const at::Tensor& heard) const;
  /// The `steps` states that follow (n, T, d), float64 (n, steps, d), each from those before it. Where a
  /// forecast grows beyond all bounds its states are not finite: require_bounded says where. Throws as next.
  at::Tensor forecast(const at::Tensor& heard, int64_t steps) const;

  /// d of the training trajectories; 0 before fit.
  virtual int64_t features() const = 0;
  /// What a checkpoint holds, by name; nothing before fit. load_state takes the same back, and throws
  /// c10::ValueError where a name or a shape does not fit.
  virtual std::map<std::string, at::Tensor> state() const = 0;
  virtual void load_state(const std::map<std::string, at::Tensor>& state) = 0;

 protected:
  virtual void learn(const at::Tensor& trajectories) = 0;
  virtual at::Tensor one_step(const at::Tensor& heard) const = 0;
  virtual at::Tensor go_on(const at::Tensor& heard, int64_t steps) const = 0;

 private:
  void require_heard(const at::Tensor& heard) const;
};

/// Throws c10::ValueError where a forecast (n, steps, d) is not finite: which, and after how many steps.
void require_bounded(const at::Tensor& forecast);

}  // namespace spinlab::models
