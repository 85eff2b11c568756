#pragma once

#include <utility>

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {

/// Lays numbers of single inputs, (n, …P, w), out over pairs of inputs and of positions.
class Spread {
 public:
  explicit Spread(const Inputs& x) : places_(x.variance.dim() - 1), any_two_(x.positions.defined()) {}

  /// (n, 1, …P, …1, w)
  at::Tensor left(const at::Tensor& a) const;
  /// (1, m, …1, …P, w)
  at::Tensor right(const at::Tensor& b) const;

 private:
  int64_t places_;
  bool any_two_;
};

/// The same of two positions of one input: (n, …P, …1, w) and (n, …1, …P, w).
std::pair<at::Tensor, at::Tensor> both_positions(const Inputs& x, const at::Tensor& a);

}  // namespace spinlab::theory
