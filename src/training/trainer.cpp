#include "src/training/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <tuple>

#include "src/core/seed.h"
#include "src/training/batches/example_batches.h"
#include "src/training/batches/sampled_batches.h"
#include "src/training/device.h"
#include "src/training/gradients.h"
#include "src/training/not_finite.h"
#include "src/training/passes/threads.h"

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

models::Network make_seeded(const TrainingConfig& config, const models::Problem& problem, const Precision& precision,
                            at::Device device) {
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

std::vector<at::Tensor> trained_parameters(const torch::nn::Module& module) {
  auto all = module.parameters();
  std::erase_if(all, [](const at::Tensor& parameter) { return !parameter.requires_grad(); });
  return all;
}

void require_suitable(const TrainingConfig& config, const datasets::Dataset& set) {
  TORCH_CHECK_VALUE(config.batch <= set.train.size(), "batch is ", config.batch, ", but ", set.name,
                    " has only ", set.train.size(), " training examples; choose a smaller batch");
  const bool images = set.train.inputs.dim() == 4;
  TORCH_CHECK_VALUE(images || !(config.augmentation.any() || config.channels_last),
                    "augmentation and channels_last are for images; ", set.name, " has none");
  TORCH_CHECK_VALUE(
      !images || config.augmentation.translate < std::min(set.train.inputs.size(2), set.train.inputs.size(3)),
      "augmentation.translate is ", config.augmentation.translate, ", as large as the images of ", set.name);
}

std::unique_ptr<Batches> make_batches(const TrainingConfig& config, const datasets::Dataset& set, const at::Tensor& targets,
                                      const Normalizer& normalizer, at::Device device) {
  if (set.density) {
    TORCH_CHECK_VALUE(!targets.defined(), set.name, " is sampled anew at each step and has no targets; its objective is ",
                      usual_objective(set));
    return std::make_unique<SampledBatches>(*set.density, normalizer, config.batch, set.train.size() / config.batch,
                                            config.seed, device);
  }
  return std::make_unique<ExampleBatches>(
      on_device(set.train.inputs, device), targets.defined() ? on_device(targets, device) : targets, normalizer,
      BatchOptions{config.batch, config.seed, config.augmentation, config.channels_last});
}

}  // namespace

Trainer::Trainer(TrainingConfig config, const datasets::Dataset& set, at::Device device)
    : config_((require_suitable(config, set), std::move(config))),
      device_(device),
      precision_(config_.precision, device),
      normalizer_(set, precision_.type(), device),
      objective_(make_objective(config_.objective, {set, normalizer_}, "objective")),
      network_(make_seeded(config_, objective_->problem(), precision_, device)),
      optimizer_(make_optimizer(config_.optimizer, named_parameters(*network_.module), "optimizer")),
      parameters_(trained_parameters(*network_.module)),
      batches_(make_batches(config_, set, loss_targets(set.train), normalizer_, device)),
      peak_rate_(config_.optimizer.at("lr").get<double>()),
      schedule_(make_schedule(config_.schedule, {config_.epochs, batches_->per_epoch()}, "schedule")),
      loss_sum_(at::zeros({}, at::TensorOptions(at::kDouble).device(device))),
      gradient_norm_(at::zeros({})) {
  if (network_.initialize) {
    const at::NoGradGuard outside_the_graph;
    network_.initialize(to_network(set.train.inputs.slice(0, 0, kInitializationRows)));
  }
  if (config_.ema_decay > 0) average_.emplace(*network_.module, config_.ema_decay);
  require_what_the_optimizer_needs();
  require_outputs(set.train);
  evaluated_ = network_;
  use_plain_pass();
}

/// A plain sequence of layers needs no graph; its gradients are the same to rounding (passes/plain_pass.h).
void Trainer::use_plain_pass() {
  const bool possible = !network_.plain_layers.empty() && config_.accumulate == 1 && !config_.channels_last && !precision_.is_mixed();
  if (possible) loss_gradient_ = objective_->loss_gradient();
  if (!loss_gradient_) return;
  pass_ = std::make_unique<PlainPass>(network_.plain_layers);
  evaluated_.forward = [pass = pass_.get()](const std::vector<at::Tensor>& in) { return pass->predict(in.at(0)).clone(); };
}

/// A model of the user's own may do anything; better said before the first step than by LibTorch within it.
void Trainer::require_outputs(const datasets::Split& part) {
  const at::NoGradGuard outside_the_graph;
  const datasets::Split few{part.inputs.narrow(0, 0, std::min<int64_t>(2, part.size())),
                            part.targets.defined() ? part.targets.narrow(0, 0, std::min<int64_t>(2, part.size())) : part.targets,
                            {}};
  network_.module->eval();
  const auto targets = loss_targets(few);
  const Batch batch{to_network(few.inputs), targets.defined() ? targets.to(device_) : targets};
  models::require_outputs(network_, objective_->problem(), batch.inputs, batch.targets);
}

/// Here and not in the first step, where a user has gone for coffee.
void Trainer::require_what_the_optimizer_needs() const {
  if (optimizer_->uses_fisher()) objective_->fisher_factor(at::zeros({1, objective_->problem().outputs}));
  if (!optimizer_->evaluates_again()) return;
  const auto name = config_.optimizer.at("name").get<std::string>();
  TORCH_CHECK_VALUE(config_.clip_norm == 0, "clip_norm: the line search of ", name,
                    " bounds its steps, and needs the gradient as it is; leave clip_norm at 0");
  TORCH_CHECK_VALUE(config_.precision != "float16", "precision: ", name,
                    " compares losses that float16 cannot tell apart; choose float32 or float64");
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
  const auto noise = asks_again ? generator().get_state() : at::Tensor();
  std::optional<at::AutoDispatchBelowADInplaceOrView> no_graph;  // nobody here records one: its bookkeeping costs time
  if (pass_ && !asks_again) no_graph.emplace();
  auto loss = backward(batch);
  if (asks_again) loss = loss.clone();  // another evaluation may use its memory again
  require_finite(loss, batch);
  const bool usable = precision_.unscale(parameters_);
  if (config_.clip_norm > 0) clip_gradients(parameters_, config_.clip_norm);
  if (batch_ + 1 == batches_->per_epoch()) gradient_norm_ = gradient_norm(parameters_);
  if (usable) optimizer_->step(step_of(batch, loss, noise));
  if (!pass_) optimizer_->zero_grad();
  if (average_) average_->update();
  loss_sum_.add_(loss, batch.size());
  examples_ += batch.size();
}

/// Writes the gradients of the batch's mean loss, which it returns.
at::Tensor Trainer::backward(const Batch& batch) {
  if (!pass_) return graph_backward(batch);
  loss_gradient_->compute(pass_->forward(batch.inputs), batch.targets);
  pass_->backward(loss_gradient_->gradient());
  return loss_gradient_->loss();
}

at::Tensor Trainer::graph_backward(const Batch& batch) {
  const auto part = (batch.size() + config_.accumulate - 1) / config_.accumulate;
  at::Tensor mean;
  for (int64_t first = 0; first < batch.size(); first += part) {
    const auto count = std::min(part, batch.size() - first);
    const Batch rows{batch.inputs.narrow(0, first, count),
                     batch.targets.defined() ? batch.targets.narrow(0, first, count) : batch.targets};
    auto loss = [&] {
      const Precision::Scope scope(precision_);
      return objective_->loss(network_, rows);
    }();
    if (count < batch.size()) loss = loss * (static_cast<double>(count) / static_cast<double>(batch.size()));
    precision_.scaled(loss).backward();
    mean = mean.defined() ? mean + loss.detach() : loss.detach();
  }
  return mean;
}

/// `noise`: the generator before the step's first evaluation, so that the others have its dropout.
Step Trainer::step_of(const Batch& batch, const at::Tensor& loss, const at::Tensor& noise) {
  Step step{learning_rate()};
  if (optimizer_->evaluates_again()) {
    step.loss = loss.item<double>();
    step.evaluate = [this, &batch, noise] {
      generator().set_state(noise);
      return evaluate_again(batch);
    };
  }
  if (optimizer_->uses_fisher()) {
    step.fisher_rows = [this, &batch, noise](const auto& parameters) {
      generator().set_state(noise);
      return fisher_rows_of(batch, parameters);
    };
    step.linear_factors = [this, &batch, noise](const auto& weights, FisherKind kind) {
      generator().set_state(noise);
      return linear_factors_of(batch, weights, kind);
    };
  }
  return step;
}

double Trainer::evaluate_again(const Batch& batch) {
  const at::AutoGradMode with_graph(true);
  optimizer_->zero_grad();
  return backward(batch).item<double>();
}

at::Tensor Trainer::fisher_rows_of(const Batch& batch, const std::vector<at::Tensor>& parameters) {
  const at::AutoGradMode with_graph(true);
  const auto outputs = network_.forward({batch.inputs}).flatten(1);
  return fisher_rows(outputs, objective_->fisher_factor(outputs.detach()), parameters);
}

std::vector<LinearFactors> Trainer::linear_factors_of(const Batch& batch,
                                                      const std::vector<at::Tensor>& weights,
                                                      FisherKind kind) {
  const at::AutoGradMode with_graph(true);
  at::Tensor outputs;
  if (kind == FisherKind::kEmpirical) {
    const auto passes = linear_passes(weights, [&] { outputs = objective_->loss(network_, batch); });
    // The gradient of each example's own loss, of which the loss is the mean.
    return linear_factors(passes, outputs, at::full({1}, batch.size(), outputs.options()));
  }
  const auto passes = linear_passes(weights, [&] { outputs = network_.forward({batch.inputs}).flatten(1); });
  return linear_factors(passes, outputs,
                        fisher_directions(objective_->fisher_factor(outputs.detach()), kind, generator()));
}

void Trainer::require_finite(const at::Tensor& loss, const Batch& batch) const {
  if (!device_.is_cpu() && batch_ % kStepsBetweenLooks != 0) return;
  if (std::isfinite(loss.item<double>())) return;
  const at::NoGradGuard outside_the_graph;
  TORCH_CHECK_VALUE(false, "step ", step() + 1, " (epoch ", epoch_ + 1, "): the loss is ", loss.item<double>(), "; ",
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
  return config_.channels_last ? evaluation_inputs_.contiguous(at::MemoryFormat::ChannelsLast) : evaluation_inputs_;
}

int Trainer::measured_step_threads() {
  if (!device_.is_cpu()) return 1;
  const auto noise = generator().get_state();
  std::vector<at::Tensor> buffers;
  for (const auto& buffer : network_.module->buffers()) buffers.push_back(buffer.clone());
  network_.module->train();
  batches_->start_epoch(0, 0);
  const auto batch = batches_->next();
  const auto threads = measured_threads(
      [&] {
        backward(batch);
        optimizer_->zero_grad();
      },
      at::get_num_threads());
  const at::NoGradGuard outside_the_graph;
  for (size_t i = 0; i < buffers.size(); ++i) network_.module->buffers()[i].copy_(buffers[i]);
  generator().set_state(noise);
  return threads;
}

at::Tensor Trainer::loss_targets(const datasets::Split& part) const {
  const auto targets = objective_->targets(part);
  return targets.defined() && targets.is_floating_point() ? targets.to(precision_.type()) : targets;
}

void Trainer::for_each_batch(const datasets::Split& part, const std::function<void(const Batch&)>& use) {
  const c10::InferenceMode no_graph;
  const Precision::Scope scope(precision_);
  network_.module->eval();
  if (average_) average_->swap();
  const auto targets = loss_targets(part);
  for (int64_t first = 0; first < part.size(); first += kEvaluationRows) {
    const auto count = std::min(kEvaluationRows, part.size() - first);
    use({to_network(part.inputs.narrow(0, first, count)),
         targets.defined() ? targets.narrow(0, first, count).to(device_) : targets});
  }
  if (average_) average_->swap();
}

at::Tensor Trainer::predict(const at::Tensor& raw) {
  std::vector<at::Tensor> outputs;
  const auto rows = at::empty({raw.size(0), 0});  // no targets are needed
  for_each_batch({raw, rows, {}}, [&](const Batch& batch) { outputs.push_back(evaluated_.forward({batch.inputs})); });
  const c10::InferenceMode no_graph;
  return objective_->predictions(at::cat(outputs).to(at::kCPU));
}

Metrics Trainer::evaluate(const datasets::Split& part) {
  const auto sums = objective_->evaluation();
  for_each_batch(part, [&](const Batch& batch) { sums->add(evaluated_, batch); });
  return sums->metrics();
}

at::Generator Trainer::generator() const { return at::globalContext().defaultGenerator(device_); }

NamedTensors Trainer::module_tensors() const {
  NamedTensors all;
  for (const auto& item : network_.module->named_parameters()) all["model." + item.key()] = item.value().detach();
  for (const auto& item : network_.module->named_buffers()) all["model." + item.key()] = item.value();
  return all;
}

NamedTensors Trainer::tensors() const {
  auto all = module_tensors();
  all["trainer.loss_sum"] = loss_sum_;
  for (const auto& [name, tensor] : optimizer_->state()) all["optimizer." + name] = tensor;
  if (average_) all.merge(average_->state());
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
  if (average_) average_.emplace(*network_.module, config_.ema_decay);
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
