#include "src/training/problem.h"

#include <c10/util/Exception.h>

namespace spinlab::training {

models::Problem problem_of(const datasets::Dataset& set) {
  TORCH_CHECK_VALUE(set.mean.defined(), set.name,
                    " is text, which the trainer does not take; choose another data set");
  const bool classes = set.train.classified();
  const auto outputs = classes ? static_cast<int64_t>(set.classes.size()) : set.train.targets[0].numel();
  return {set.train.inputs.sizes().slice(1).vec(), outputs, classes};
}

}  // namespace spinlab::training
