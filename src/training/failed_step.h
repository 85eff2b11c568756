#pragma once

#include <c10/util/Exception.h>

#include <functional>

#include "src/training/batches/batches.h"

namespace spinlab::training {

/// What `gradient` returns for the batch. What a network throws in a step, it throws as c10::ValueError that
/// begins with the place, say "step 3 (epoch 1), a batch of 1 example", since LibTorch's own words name none.
/// Memory that ran out stays what it is.
at::Tensor with_place(const std::function<at::Tensor(const Batch&)>& gradient, const Batch& batch,
                      int64_t step, int64_t epoch);

}  // namespace spinlab::training
