#include "src/training/trainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <tuple>

#include "src/core/seed.h"
#include "src/training/device.h"
#include "src/training/problem.h"

namespace spinlab::training {
namespace {

constexpr int64_t kEvaluationRows = 1000, kInitializationRows = 5000;
constexpr auto kPlace = "trainer.place", kGenerator = "trainer.generator";

at::Tensor take(NamedTensors& state, const std::string& name, at::ScalarType type) {
  const auto found = state.find(name);
  TORCH_CHECK_VALUE(found != state.end() && found->second.scalar_type() == type && found->second.dim() == 1,
                    "the checkpoint has no ", name, ": it was written by another run");
  return state.extract(found).mapped();
}

at::Tensor columns(const at::Tensor& targets) {
  return targets.to(at::kFloat).reshape({targets.size(0), -1});
}

/// int64 classes as they are; regression targets standardised, so that one learning rate suits every unit.
at::Tensor loss_targets(const datasets::Split& split, const at::Tensor& mean, const at::Tensor& deviation) {
  return split.classified() ? split.targets : (columns(split.targets) - mean) / deviation;
}

models::Network make_seeded(const TrainingConfig& config, const models::Problem& problem, at::Device device) {
  at::manual_seed(derive_seed(config.seed, "weights"));
  auto network = models::make_network(config.model, problem, "model");
  at::manual_seed(derive_seed(config.seed, "noise"));
  network.module->to(device);
  if (config.channels_last) {
    for (auto& parameter : network.module->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
  return network;
}

BatchOptions batch_options(const TrainingConfig& config) {
  return {config.batch, config.seed, config.augmentation, config.channels_last};
}

void require_suitable(const TrainingConfig& config, const datasets::Dataset& set) {
  TORCH_CHECK_VALUE(config.batch <= set.train.size(), "batch is ", config.batch, ", but ", set.name,
                    " has only ", set.train.size(), " training examples; choose a smaller batch");
  const bool images = set.train.inputs.dim() == 4;
  TORCH_CHECK_VALUE(images || !(config.augmentation.any() || config.channels_last || config.flip_tta),
                    "augmentation, channels_last and flip_tta are for images; ", set.name, " has none");
  TORCH_CHECK_VALUE(
      !images || config.augmentation.translate < std::min(set.train.inputs.size(2), set.train.inputs.size(3)),
      "augmentation.translate is ", config.augmentation.translate, ", as large as the images of ", set.name);
  TORCH_CHECK_VALUE(config.label_smoothing == 0 || set.train.classified(), "label_smoothing is for classes; ",
                    set.name, " is a regression");
}

}  // namespace

Trainer::Trainer(TrainingConfig config, const datasets::Dataset& set, at::Device device)
    : config_((require_suitable(config, set), std::move(config))),
      device_(device),
      problem_(problem_of(set)),
      network_(make_seeded(config_, problem_, device)),
      optimizer_(make_optimizer(config_.optimizer, network_.module->parameters(), "optimizer")),
      normalizer_(set, device),
      target_mean_(set.train.classified() ? at::Tensor() : columns(set.train.targets).mean(0)),
      target_deviation_(set.train.classified()
                            ? at::Tensor()
                            : columns(set.train.targets).std(0, /*unbiased=*/false).clamp_min(1e-12)),
      batches_(set.train.inputs.to(device),
               loss_targets(set.train, target_mean_, target_deviation_).to(device), normalizer_,
               batch_options(config_)),
      peak_rate_(config_.optimizer.at("lr").get<double>()),
      schedule_(make_schedule(config_.schedule, config_.epochs, batches_.per_epoch(), "schedule")),
      loss_sum_(at::zeros({}, at::TensorOptions(at::kDouble).device(device))) {
  if (network_.initialize) {
    const at::NoGradGuard outside_the_graph;
    network_.initialize(normalizer_(set.train.inputs.slice(0, 0, kInitializationRows).to(device)));
  }
  if (config_.ema_decay > 0) average_.emplace(*network_.module, config_.ema_decay);
}

bool Trainer::train_epoch(const std::function<bool()>& between_steps) {
  if (finished()) return false;
  const ThreadScope threads(step_threads(*network_.module, config_.batch, at::get_num_threads()));
  network_.module->train();
  batches_.start_epoch(epoch_, batch_);
  if (batch_ == 0) {
    loss_sum_.zero_();
    examples_ = 0;
  }
  while (batch_ < batches_.per_epoch()) {
    take_step(batches_.next());
    ++batch_;
    if (between_steps && !between_steps() && batch_ < batches_.per_epoch()) return false;
  }
  ++epoch_;
  batch_ = 0;
  return true;
}

void Trainer::take_step(const Batch& batch) {
  const auto mean = loss(network_.forward(batch.inputs), batch.targets);
  mean.backward();
  optimizer_->step(learning_rate());
  optimizer_->zero_grad();
  if (average_) average_->update();
  const auto n = batch.inputs.size(0);
  loss_sum_.add_(mean.detach(), n);
  examples_ += n;
}

at::Tensor Trainer::loss(const at::Tensor& output, const at::Tensor& targets) const {
  if (!problem_.classification) return at::mse_loss(output, targets);
  return at::cross_entropy_loss(output, targets, {}, at::Reduction::Mean, /*ignore_index=*/-100,
                                config_.label_smoothing);
}

double Trainer::learning_rate() const { return peak_rate_ * schedule_(step()); }

double Trainer::train_loss() const {
  return examples_ == 0 ? 0 : loss_sum_.item<double>() / static_cast<double>(examples_);
}

at::Tensor Trainer::forward_raw(const at::Tensor& raw) {
  auto inputs = normalizer_(raw.to(device_));
  if (config_.channels_last) inputs = inputs.contiguous(at::MemoryFormat::ChannelsLast);
  const auto output = network_.forward(inputs);
  return config_.flip_tta ? (output + network_.forward(inputs.flip({3}))) / 2 : output;
}

at::Tensor Trainer::predict(const at::Tensor& raw) {
  const c10::InferenceMode no_graph;
  network_.module->eval();
  if (average_) average_->swap();
  std::vector<at::Tensor> parts;
  for (const auto& rows : raw.split(kEvaluationRows)) parts.push_back(forward_raw(rows));
  if (average_) average_->swap();
  const auto output = at::cat(parts).to(at::kCPU);
  return problem_.classification ? output : output * target_deviation_ + target_mean_;
}

Metrics Trainer::evaluate(const datasets::Split& split) {
  const c10::InferenceMode no_graph;
  const auto output = predict(split.inputs);
  if (problem_.classification) return classification_metrics(output, split.targets);
  return regression_metrics(output, columns(split.targets));
}

at::Generator Trainer::generator() const { return at::globalContext().defaultGenerator(device_); }

NamedTensors Trainer::tensors() const {
  NamedTensors all{{"trainer.loss_sum", loss_sum_}};
  for (const auto& item : network_.module->named_parameters())
    all["model." + item.key()] = item.value().detach();
  for (const auto& item : network_.module->named_buffers()) all["model." + item.key()] = item.value();
  for (const auto& [name, tensor] : optimizer_->state()) all["optimizer." + name] = tensor;
  if (average_) all.merge(average_->state());
  return all;
}

NamedTensors Trainer::state() const {
  auto all = tensors();
  all[kPlace] = at::tensor({epoch_, batch_, examples_}, at::kLong);
  all[kGenerator] = generator().get_state();
  return all;
}

void Trainer::load_state(const NamedTensors& state) {
  auto others = state;
  const auto place = take(others, kPlace, at::kLong), noise = take(others, kGenerator, at::kByte);
  TORCH_CHECK_VALUE(place.numel() == 3 && noise.numel() == generator().get_state().numel(),
                    "the checkpoint does not say where the run stood");
  const auto* at = place.const_data_ptr<int64_t>();
  TORCH_CHECK_VALUE(
      at[0] >= 0 && at[0] <= config_.epochs && at[1] >= 0 && at[1] < batches_.per_epoch() && at[2] >= 0,
      "the checkpoint stands at epoch ", at[0], ", batch ", at[1], ", which this run does not have");
  copy_all(others, tensors());
  std::tie(epoch_, batch_, examples_) = std::tuple(at[0], at[1], at[2]);
  generator().set_state(noise);
}

}  // namespace spinlab::training
