#include "src/training/batches/make_batches.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "datasets/split.h"
#include "src/training/batches/example_batches.h"
#include "src/training/batches/sampled_batches.h"
#include "src/training/batches/stream_batches.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {

namespace {

void require_augmentation(const Augmentation& augmentation, const datasets::Dataset& set) {
  const auto height = set.train.inputs.size(2), width = set.train.inputs.size(3);
  TORCH_CHECK_VALUE(augmentation.translate < std::min(height, width), "augmentation.translate is ",
                    augmentation.translate, ", as large as the images of ", set.name, ", ", height, " x ",
                    width);
  TORCH_CHECK_VALUE(augmentation.cutout <= std::min(height, width), "augmentation.cutout is ",
                    augmentation.cutout, ", larger than the images of ", set.name, ", ", height, " x ",
                    width);
  TORCH_CHECK_VALUE(!augmentation.turn || height == width,
                    "augmentation.turn is for square images; those of ", set.name, " are ", height, " x ",
                    width);
}

}  // namespace

void require_batches(const TrainingConfig& config, const datasets::Dataset& set) {
  TORCH_CHECK_VALUE(config.batch <= set.train.size(), "batch is ", config.batch, ", but ", set.name,
                    " has only ", set.train.size(), " training examples; choose a smaller batch");
  TORCH_CHECK_VALUE(config.epoch_steps * config.batch <= set.train.size(), "epoch_steps is ",
                    config.epoch_steps, ": so many batches of ", config.batch, " are more than the ",
                    set.train.size(), " training examples of ", set.name, "; choose fewer, or 0 for all");
  const bool images = set.train.inputs.dim() == 4;
  TORCH_CHECK_VALUE(images || !(config.augmentation.places() || config.channels_last),
                    "augmentation and channels_last are for images; ", set.name, " has none");
  if (images) require_augmentation(config.augmentation, set);
  TORCH_CHECK_VALUE(config.augmentation.mixup == 0 || set.train.classified(),
                    "augmentation.mixup mixes classes; ", set.name, " has none");
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
  return std::make_unique<ExampleBatches>(on_device(set.train.inputs, device),
                                          targets.defined() ? on_device(targets, device) : targets,
                                          normalizer,
                                          BatchOptions{.size = config.batch,
                                                       .seed = config.seed,
                                                       .augmentation = config.augmentation,
                                                       .channels_last = config.channels_last,
                                                       .per_epoch = config.epoch_steps,
                                                       .classes = static_cast<int64_t>(set.classes.size()),
                                                       .mirrored_classes = set.mirrored_classes});
}

std::unique_ptr<Batches> make_stream_batches(const TrainingConfig& config, const datasets::Split& part,
                                             const models::Network& network, StreamLength length,
                                             at::Device device) {
  TORCH_CHECK_VALUE(
      network.recurrence, "objective.carry_state: ", config.model.at("name").get<std::string>(),
      " has no state to carry from batch to batch; leave it false, or train the model \"recurrent\"");
  return std::make_unique<StreamBatches>(
      datasets::stream_of(part.inputs).to(device), network.recurrence->zero_state(length.rows),
      StreamOptions{.lanes = length.rows, .context = part.inputs.size(1), .per_epoch = length.per_epoch});
}

}  // namespace spinlab::training
