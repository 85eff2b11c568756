#include "src/training/batches/make_batches.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "src/training/batches/example_batches.h"
#include "src/training/batches/sampled_batches.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {

void require_batches(const TrainingConfig& config, const datasets::Dataset& set) {
  TORCH_CHECK_VALUE(config.batch <= set.train.size(), "batch is ", config.batch, ", but ", set.name,
                    " has only ", set.train.size(), " training examples; choose a smaller batch");
  const bool images = set.train.inputs.dim() == 4;
  TORCH_CHECK_VALUE(images || !(config.augmentation.any() || config.channels_last),
                    "augmentation and channels_last are for images; ", set.name, " has none");
  TORCH_CHECK_VALUE(
      !images || config.augmentation.translate < std::min(set.train.inputs.size(2), set.train.inputs.size(3)),
      "augmentation.translate is ", config.augmentation.translate, ", as large as the images of ", set.name);
}

std::unique_ptr<Batches> make_batches(const TrainingConfig& config, const datasets::Dataset& set,
                                      const at::Tensor& targets, const Normalizer& normalizer,
                                      at::Device device) {
  if (set.density) {
    TORCH_CHECK_VALUE(!targets.defined(), set.name,
                      " is sampled anew at each step and has no targets; its objective is ",
                      usual_objective(set));
    return std::make_unique<SampledBatches>(*set.density, normalizer, config.batch,
                                            set.train.size() / config.batch, config.seed, device);
  }
  return std::make_unique<ExampleBatches>(
      on_device(set.train.inputs, device), targets.defined() ? on_device(targets, device) : targets,
      normalizer, BatchOptions{config.batch, config.seed, config.augmentation, config.channels_last});
}

}  // namespace spinlab::training
