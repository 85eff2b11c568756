#pragma once

#include <functional>
#include <vector>

#include "models/registry.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {

/// The gradient of a batch by several threads, each of which takes its share of the rows forward and backward
/// by itself. LibTorch's own threads meet after every operation; these meet once a step, and what a share
/// needs stays in its core's cache. The sum is taken in the order of the shares: the same bits for the same
/// number of threads.
class RowShares {
 public:
  /// Both outlive this object.
  RowShares(const models::Network& network, const Objective& objective);

  /// As many shares as `threads`, or rows where there are fewer; 1 where the batch must be taken whole: the
  /// network or the loss draws numbers, or a row's part depends on the others.
  int64_t count(const Batch& batch, int64_t threads) const;

  /// The mean loss over the batch in `shares` shares, at least 2; adds its gradients to those of
  /// `parameters`.
  at::Tensor gradient(const Batch& batch, int64_t shares, const std::vector<at::Tensor>& parameters) const;

 private:
  const models::Network& network_;
  const Objective& objective_;
};

/// Of the batch's rows from `first` on.
Batch rows_of(const Batch& batch, int64_t first, int64_t count);

}  // namespace spinlab::training
