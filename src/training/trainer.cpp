#include "src/training/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <tuple>

#include "datasets/split.h"
#include "src/core/seed.h"
#include "src/training/batches/make_batches.h"
#include "src/training/device.h"
#include "src/training/failed_step.h"
#include "src/training/gradients.h"
#include "src/training/not_finite.h"
#include "src/training/passes/threads.h"
#include "src/training/requirements.h"

namespace spinlab::training {
namespace {

constexpr int64_t kEvaluationRows = 1000, kInitializationRows = 5000;
/// How many steps pass on a GPU until the loss is looked at, since looking waits for the GPU.
constexpr int64_t kStepsBetweenLooks = 32;
constexpr auto kPlace = "trainer.place", kGenerator = "trainer.generator";

at::Tensor take(NamedTensors& state, const std::string& name, at::ScalarType type) {
  const auto found = state.find(name);
  TORCH_CHECK_VALUE(found != state.end() && found->second.scalar_type() == type && found->second.dim() == 1,
                    "the checkpoint has no ", name, ": it was written by another run");
  return state.extract(found).mapped();
}

models::Network make_seeded(const TrainingConfig& config, const models::Problem& problem,
                            const Precision& precision, at::Device device) {
  at::manual_seed(derive_seed(config.seed, "weights"));
  auto network = models::make_network(config.model, problem, "model");
  at::manual_seed(derive_seed(config.seed, "noise"));
  network.module->to(device, precision.type());
  if (config.channels_last) {
    for (auto& parameter : network.module->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
  return network;
}

std::vector<NamedParameter> named_parameters(const torch::nn::Module& module) {
  std::vector<NamedParameter> all;
  for (const auto& item : module.named_parameters()) all.push_back({item.key(), item.value()});
  return all;
}

}  // namespace

Trainer::Trainer(TrainingConfig config, const datasets::Dataset& set, at::Device device, Ranks& ranks)
    : config_((require_batches(config, set), std::move(config))),
      device_(device),
      ranks_(ranks),
      precision_(config_.precision, device),
      normalizer_(set, precision_.type(), device),
      objective_(make_objective(config_.objective, {set, normalizer_}, "objective")),
      network_(make_seeded(config_, objective_->problem(), precision_, device)),
      optimizer_(make_optimizer(config_.optimizer, named_parameters(*network_.module), "optimizer")),
      parameters_(trained_parameters(*network_.module)),
      gradient_(network_, *objective_, precision_, ranks_,
                {config_.accumulate, config_.channels_last, config_.augmentation.mixup > 0}),
      questions_(network_, *objective_, *optimizer_, [this](const Batch& batch) { return gradient_(batch); }),
      evaluated_(gradient_.for_evaluation()),
      batches_(batches_of(set)),
      peak_rate_(config_.optimizer.at("lr").get<double>()),
      schedule_(make_schedule(config_.schedule, {config_.epochs, batches_->per_epoch()}, "schedule")),
      loss_sum_(at::zeros({}, at::TensorOptions(at::kDouble).device(device))),
      gradient_norm_(at::zeros({})) {
  if (network_.initialize) {
    const at::NoGradGuard outside_the_graph;
    network_.initialize(to_network(set.train.inputs.slice(0, 0, kInitializationRows)));
  }
  begin_averages();
  require_what_the_optimizer_needs(config_, *optimizer_, *objective_, ranks_);
  require_outputs(set.train);
  require_rows_for_statistics(config_, *network_.module, set.train.size(), ranks_);
}

std::unique_ptr<Batches> Trainer::batches_of(const datasets::Dataset& set) const {
  if (!objective_->carries_state())
    return make_batches(config_, set, loss_targets(set.train), normalizer_, device_);
  TORCH_CHECK_VALUE(ranks_.is_alone(),
                    "objective.carry_state: the state is carried in one process; train "
                    "without mpirun");
  return make_stream_batches(config_, set.train, network_, {config_.batch, config_.epoch_steps}, device_);
}

void Trainer::begin_averages() {
  if (config_.ema_decay > 0) average_.emplace(*network_.module, config_.ema_decay);
  if (config_.lookahead.every > 0)
    lookahead_.emplace(*network_.module, config_.lookahead, config_.epochs * batches_->per_epoch());
}

/// A model of the user's own may do anything; better said before the first step than by LibTorch within it.
void Trainer::require_outputs(const datasets::Split& part) {
  const at::NoGradGuard outside_the_graph;
  const datasets::Split few{
      part.inputs.narrow(0, 0, std::min<int64_t>(2, part.size())),
      part.targets.defined() ? part.targets.narrow(0, 0, std::min<int64_t>(2, part.size())) : part.targets,
      {}};
  network_.module->eval();
  const auto targets = loss_targets(few);
  const Batch batch{to_network(few.inputs), targets.defined() ? targets.to(device_) : targets};
  models::require_outputs(network_, objective_->problem(), batch.inputs, batch.targets);
}

bool Trainer::train_epoch(const std::function<bool()>& between_steps) {
  if (finished()) return false;
  const ThreadScope threads(config_.step_threads > 0 ? config_.step_threads : at::get_num_threads());
  network_.module->train();
  batches_->start_epoch(epoch_, batch_);
  if (batch_ == 0) {
    loss_sum_.zero_();
    examples_ = 0;
  }
  while (batch_ < batches_->per_epoch()) {
    take_step(batches_->next());
    ++batch_;
    if (between_steps && !between_steps() && batch_ < batches_->per_epoch()) return false;
  }
  ++epoch_;
  batch_ = 0;
  return true;
}

void Trainer::take_step(const Batch& batch) {
  const bool asks_again = optimizer_->evaluates_again() || optimizer_->uses_fisher();
  if (!ranks_.is_alone()) share_noise();
  const auto noise = asks_again ? generator().get_state() : at::Tensor();
  std::optional<at::AutoDispatchBelowADInplaceOrView>
      no_graph;  // nobody here records one: its bookkeeping costs time
  if (!gradient_.has_graph() && !asks_again) no_graph.emplace();
  auto loss = gradient_of(batch);
  if (asks_again) loss = loss.clone();  // another evaluation may use its memory again
  require_finite(loss, batch);
  const bool usable = precision_.unscale(parameters_);
  if (config_.clip_norm > 0) clip_gradients(parameters_, config_.clip_norm);
  if (batch_ + 1 == batches_->per_epoch()) gradient_norm_ = gradient_norm(parameters_);
  if (usable) optimizer_->step(questions_.step(learning_rate(), batch, loss, generator(), noise));
  if (gradient_.has_graph()) optimizer_->zero_grad();
  if (lookahead_) lookahead_->after(step() + 1);
  if (average_) average_->update();
  loss_sum_.add_(loss, batch.size());
  examples_ += batch.size();
}

at::Tensor Trainer::gradient_of(const Batch& batch) {
  return with_place(std::ref(gradient_), batch, step() + 1, epoch_ + 1);
}

/// What a rank draws depends on the step alone, so that a run that was broken off goes on with the same bits,
/// though its checkpoint knows one rank's generator.
void Trainer::share_noise() {
  const auto place = static_cast<std::uint64_t>(step()) * static_cast<std::uint64_t>(ranks_.count());
  at::manual_seed(derive_seed(config_.seed, "noise", place + static_cast<std::uint64_t>(ranks_.rank())));
}

/// Running statistics, which each rank makes of its own share, are rank 0's.
void Trainer::share_buffers() {
  for (const auto& buffer : network_.module->buffers()) {
    const auto numbers = buffer.contiguous();
    ranks_.broadcast({static_cast<std::byte*>(numbers.mutable_data_ptr()), numbers.nbytes()});
    buffer.copy_(numbers);
  }
}

void Trainer::require_finite(const at::Tensor& loss, const Batch& batch) const {
  if (!device_.is_cpu() && batch_ % kStepsBetweenLooks != 0) return;
  if (std::isfinite(loss.item<double>())) return;
  const at::NoGradGuard outside_the_graph;
  TORCH_CHECK_VALUE(
      false, "step ", step() + 1, " (epoch ", epoch_ + 1, "): the loss is ", loss.item<double>(), "; ",
      first_not_finite(batch, *network_.module, [&] { return network_.forward({batch.inputs}); }));
}

double Trainer::learning_rate() const { return peak_rate_ * schedule_(step()); }

double Trainer::running_loss() const {
  return examples_ == 0 ? 0 : loss_sum_.item<double>() / static_cast<double>(examples_);
}

Metrics Trainer::progress() const {
  const auto last = std::max<int64_t>(step() - 1, 0);
  return {{"running_loss", running_loss()},
          {"learning_rate", peak_rate_ * schedule_(last)},
          {"gradient_norm", gradient_norm_.item<double>()}};
}

at::Tensor Trainer::to_network(const at::Tensor& raw) {
  normalizer_.gather(evaluation_inputs_, raw.to(device_), {});
  return config_.channels_last ? evaluation_inputs_.contiguous(at::MemoryFormat::ChannelsLast)
                               : evaluation_inputs_;
}

int Trainer::measured_step_threads() {
  if (!device_.is_cpu()) return 1;
  const auto noise = generator().get_state();
  auto changed = network_.module->buffers();
  for (const auto& [name, tensor] : batches_->state()) changed.push_back(tensor);
  std::vector<at::Tensor> before;
  for (const auto& tensor : changed) before.push_back(tensor.clone());
  network_.module->train();
  batches_->start_epoch(0, 0);
  const auto batch = batches_->next();
  const auto threads = measured_threads(
      [&] {
        gradient_of(batch);
        optimizer_->zero_grad();
      },
      at::get_num_threads());
  const at::NoGradGuard outside_the_graph;
  for (size_t i = 0; i < changed.size(); ++i) changed[i].copy_(before[i]);
  generator().set_state(noise);
  return threads;
}

at::Tensor Trainer::loss_targets(const datasets::Split& part) const {
  const auto targets = objective_->targets(part);
  return targets.defined() && targets.is_floating_point() ? targets.to(precision_.type()) : targets;
}

void Trainer::while_evaluating(const std::function<void()>& body) {
  const c10::InferenceMode no_graph;
  const Precision::Scope scope(precision_);
  network_.module->eval();
  if (average_) average_->swap();
  body();
  if (average_) average_->swap();
}

void Trainer::for_each_batch(const datasets::Split& part, int64_t first, int64_t every,
                             const std::function<void(const Batch&)>& use) {
  const auto targets = loss_targets(part);
  for (int64_t number = first; number * kEvaluationRows < part.size(); number += every) {
    const auto row = number * kEvaluationRows, count = std::min(kEvaluationRows, part.size() - row);
    use({to_network(part.inputs.narrow(0, row, count)),
         targets.defined() ? targets.narrow(0, row, count).to(device_) : targets, number});
  }
}

/// As many rows as a step has, or as the part has windows.
void Trainer::for_each_batch_read_on(const datasets::Split& part,
                                     const std::function<void(const Batch&)>& use) {
  const auto text = datasets::stream_of(part.inputs).size(0);
  const auto rows = std::min(config_.batch, std::max<int64_t>((text - 1) / part.inputs.size(1), 1));
  const auto batches = make_stream_batches(config_, part, evaluated_, {rows, 0}, device_);
  batches->start_epoch(0, 0);
  for (int64_t number = 0; number < batches->per_epoch(); ++number) use(batches->next());
}

at::Tensor Trainer::predict(const at::Tensor& raw) {
  std::vector<at::Tensor> outputs;
  const auto rows = at::empty({raw.size(0), 0});  // no targets are needed
  while_evaluating([&] {
    for_each_batch({raw, rows, {}}, 0, 1,
                   [&](const Batch& batch) { outputs.push_back(evaluated_.forward({batch.inputs})); });
  });
  const c10::InferenceMode no_graph;
  return objective_->predictions(at::cat(outputs).to(at::kCPU));
}

Metrics Trainer::evaluate(const datasets::Split& part) {
  if (!ranks_.is_alone()) share_buffers();
  const auto sums = objective_->evaluation();
  const auto add = [&](const Batch& batch) { sums->add(evaluated_, batch); };
  while_evaluating([&] {
    if (objective_->carries_state())
      for_each_batch_read_on(part, add);
    else
      for_each_batch(part, ranks_.rank(), ranks_.count(), add);
  });
  if (ranks_.is_alone()) return sums->metrics();
  const auto all = objective_->evaluation();
  for (const auto& numbers : gather(ranks_, sums->sums())) all->merge(numbers);
  return all->metrics();
}

at::Generator Trainer::generator() const { return at::globalContext().defaultGenerator(device_); }

NamedTensors Trainer::module_tensors() const {
  NamedTensors all;
  for (const auto& item : network_.module->named_parameters())
    all["model." + item.key()] = item.value().detach();
  for (const auto& item : network_.module->named_buffers()) all["model." + item.key()] = item.value();
  return all;
}

NamedTensors Trainer::tensors() const {
  auto all = module_tensors();
  all["trainer.loss_sum"] = loss_sum_;
  for (const auto& [name, tensor] : optimizer_->state()) all["optimizer." + name] = tensor;
  all.merge(batches_->state());
  if (average_) all.merge(average_->state());
  if (lookahead_) all.merge(lookahead_->state());
  all.merge(precision_.state());
  return all;
}

NamedTensors Trainer::weights() {
  if (average_) average_->swap();
  NamedTensors copies;
  for (const auto& [name, tensor] : module_tensors()) copies[name] = tensor.clone();
  if (average_) average_->swap();
  return copies;
}

void Trainer::use_weights(const NamedTensors& weights) {
  copy_all(weights, module_tensors());
  begin_averages();
}

NamedTensors Trainer::state() const {
  auto all = tensors();
  all[kPlace] = at::tensor({epoch_, batch_, examples_}, at::kLong);
  all[kGenerator] = generator().get_state();
  all.insert(normalizer_.statistics().begin(), normalizer_.statistics().end());
  all.merge(objective_->statistics());
  return all;
}

void Trainer::load_state(const NamedTensors& state) {
  auto others = state;
  const auto place = take(others, kPlace, at::kLong), noise = take(others, kGenerator, at::kByte);
  TORCH_CHECK_VALUE(place.numel() == 3, "the checkpoint does not say where the run stood");
  const auto* at = place.const_data_ptr<int64_t>();
  TORCH_CHECK_VALUE(
      at[0] >= 0 && at[0] <= config_.epochs && at[1] >= 0 && at[1] < batches_->per_epoch() && at[2] >= 0,
      "the checkpoint stands at epoch ", at[0], ", batch ", at[1], ", which this run does not have");
  normalizer_.take_statistics(others);
  for (const auto& [name, tensor] : objective_->statistics()) others.erase(name);
  copy_all(others, tensors());
  std::tie(epoch_, batch_, examples_) = std::tuple(at[0], at[1], at[2]);
  if (noise.numel() == generator().get_state().numel()) {
    generator().set_state(noise);
  } else {
    // Of another kind of device: no noise there can be the same.
    at::manual_seed(derive_seed(config_.seed, "noise", static_cast<std::uint64_t>(step())));
  }
}

}  // namespace spinlab::training
