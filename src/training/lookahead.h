#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "src/training/named_tensors.h"

namespace spinlab::training {

struct LookaheadOptions {
  /// Steps from one look to the next; 0: none.
  int64_t every = 0;
  /// β = decay^every (step / steps)^power is what the slow weights keep of themselves.
  double decay = 0.95, power = 3;
};

/// Slow weights φ beside a network's w: every few steps φ ← β φ + (1 - β) w, and w goes on from φ [Zhang et
/// al., arXiv:1907.08610, with a β that rises during training, as Jordan, arXiv:2404.00498, section 3.4].
/// The network ends as φ. Running statistics are treated as weights.
class Lookahead {
 public:
  Lookahead(const torch::nn::Module& module, LookaheadOptions options, int64_t steps);

  /// `step`: how many were taken, of all that there will be.
  void after(int64_t step);
  NamedTensors state() const;

 private:
  LookaheadOptions options_;
  int64_t steps_;
  std::vector<at::Tensor> weights_, slow_;
};

}  // namespace spinlab::training
