#pragma once

#include <memory>

#include "models/forecasters/forecaster.h"
#include "models/forecasters/reservoir.h"

namespace spinlab::models {

struct EchoStateNetworkOptions {
  ReservoirOptions reservoir{};
  /// States of each trajectory that only drive the reservoir until it has forgotten its start; at least 1.
  int64_t washout = 100;
  double penalty = 1e-8;
  /// Whether the readout sees x² instead of x of every second unit: a reservoir without bias is odd, and
  /// could not tell u from -u otherwise [Pathak et al., Phys. Rev. Lett. 120, 024102 (2018), below eq. 2].
  bool squares = true;
};

/// A reservoir that is driven by u(t), and u(t+1) read out of its state by ridge regression:
/// Σ_t |u(t+1) - W φ(x(t)) - b|² / n + λ |W|², over all trajectories after their washout [Jaeger and Haas,
/// Science 304, 78 (2004); Lukoševičius 2012]. The normal equations are summed up as the states arrive: time
/// T N², memory N².
class EchoStateNetwork : public Forecaster {
 public:
  /// Throws c10::ValueError for a penalty below 0; what the reservoir refuses, fit refuses.
  explicit EchoStateNetwork(const EchoStateNetworkOptions& options);

  int64_t memory() const override { return options_.washout; }
  int64_t features() const override { return reservoir_ ? reservoir_->inputs() : 0; }
  /// Throws c10::Error before fit.
  const Reservoir& reservoir() const;

  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  void learn(const at::Tensor& trajectories) override;
  at::Tensor one_step(const at::Tensor& heard) const override;
  at::Tensor go_on(const at::Tensor& heard, int64_t steps) const override;

 private:
  at::Tensor readout_features(at::Tensor states) const;

  EchoStateNetworkOptions options_;
  std::unique_ptr<Reservoir> reservoir_;
  /// (units, d) and (d).
  at::Tensor weights_, intercept_;
};

}  // namespace spinlab::models
