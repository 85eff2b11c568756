#include "models/forecasters/echo_state_network.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "models/registry.h"
#include "models/solvers/normal_equations.h"

namespace spinlab::models {
namespace {

/// States that are held at once, in all trajectories together: as many as keep matrix products fast.
constexpr int64_t kBlockStates = 1024;

/// use(first, states) for blocks of time, which together are all states (n, T, units) but are never held so.
template <typename Use>
at::Tensor listen_by_blocks(const Reservoir& reservoir, const at::Tensor& inputs, const Use& use) {
  auto state = reservoir.rest(inputs.size(0));
  const auto steps = std::max<int64_t>(1, kBlockStates / inputs.size(0));
  for (int64_t first = 0; first < inputs.size(1); first += steps)
    use(first, reservoir.listen(inputs.slice(1, first, first + steps), state));
  return state;
}

}  // namespace

EchoStateNetwork::EchoStateNetwork(const EchoStateNetworkOptions& options) : options_(options) {
  TORCH_CHECK_VALUE(options.penalty >= 0, "penalty: expected at least 0, got ", options.penalty);
  TORCH_CHECK_VALUE(options.washout >= 1, "washout: expected at least 1 state, got ", options.washout);
}

const Reservoir& EchoStateNetwork::reservoir() const {
  TORCH_CHECK(reservoir_, "fit comes before reservoir");
  return *reservoir_;
}

at::Tensor EchoStateNetwork::readout_features(at::Tensor states) const {
  if (options_.squares) states.slice(-1, 1, std::nullopt, 2).square_();
  return states;
}

void EchoStateNetwork::learn(const at::Tensor& trajectories) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "echo_state_network of ", trajectories.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto d = trajectories.size(2), heard = trajectories.size(1) - 1;
  auto reservoir = std::make_unique<Reservoir>(options_.reservoir, d);
  Moments rows;
  listen_by_blocks(*reservoir, trajectories.slice(1, 0, heard), [&](int64_t first, const at::Tensor& states) {
    const auto skipped = std::clamp<int64_t>(memory() - 1 - first, 0, states.size(1));
    if (skipped == states.size(1)) return;
    const auto next = trajectories.slice(1, first + skipped + 1, first + states.size(1) + 1);
    rows.add(readout_features(states.slice(1, skipped)).flatten(0, 1), next.flatten(0, 1));
  });
  const NormalEquations equations(rows, options_.penalty, /*intercept=*/true);
  TORCH_CHECK_VALUE(std::isfinite(equations.condition()),
                    "the readout's equations have no unique solution: ", rows.rows(), " states of ",
                    reservoir->units(), " units; raise the penalty (", options_.penalty, ")");
  const auto found = equations.solution();
  weights_ = found.weights;
  intercept_ = found.intercept;
  reservoir_ = std::move(reservoir);
  // END SOLUTION
}

at::Tensor EchoStateNetwork::one_step(const at::Tensor& heard) const {
  auto said = at::empty({heard.size(0), heard.size(1) - memory() + 1, features()}, at::kDouble);
  listen_by_blocks(*reservoir_, heard, [&](int64_t first, const at::Tensor& states) {
    const auto skipped = std::clamp<int64_t>(memory() - 1 - first, 0, states.size(1));
    const auto at = first + skipped - (memory() - 1);
    if (skipped == states.size(1)) return;
    const auto x = readout_features(states.slice(1, skipped));
    said.slice(1, at, at + x.size(1)).copy_(x.matmul(weights_).add_(intercept_));
  });
  return said;
}

at::Tensor EchoStateNetwork::go_on(const at::Tensor& heard, int64_t steps) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, steps, " steps beyond ", heard.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto state = listen_by_blocks(*reservoir_, heard, [](int64_t, const at::Tensor&) {});
  const auto units = reservoir_->units(), groups = (units + kLanes - 1) / kLanes;
  const auto by_group = at::constant_pad_nd(weights_.t(), {0, groups * kLanes - units})
                            .view({features(), groups, kLanes})
                            .transpose(0, 1)
                            .contiguous();
  const ReadoutWeights readout{groups, features(), options_.squares, by_group.const_data_ptr<double>(),
                               intercept_.const_data_ptr<double>()};
  return reservoir_->speak(state, readout, steps);
  // END SOLUTION
}

std::map<std::string, at::Tensor> EchoStateNetwork::state() const {
  if (!reservoir_) return {};
  auto all = reservoir_->state();
  all["weights"] = weights_;
  all["intercept"] = intercept_;
  return all;
}

void EchoStateNetwork::load_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  const auto weights = state.at("weights"), intercept = state.at("intercept");
  TORCH_CHECK_VALUE(weights.size(0) == options_.reservoir.units && weights.size(1) > 0 &&
                        intercept.size(0) == weights.size(1),
                    "the checkpoint's weights are ", weights.sizes(), ", of another model than one of ",
                    options_.reservoir.units, " units");
  auto reservoir = std::make_unique<Reservoir>(options_.reservoir, weights.size(1));
  reservoir->load_state(state);
  reservoir_ = std::move(reservoir);
  weights_ = weights.contiguous();
  intercept_ = intercept.contiguous();
}

namespace {

std::unique_ptr<Forecaster> make(const Config& config) {
  constexpr double kMostScaling = 1e6;
  EchoStateNetworkOptions options;
  auto& reservoir = options.reservoir;
  reservoir.units = config.integer("units", 1, Reservoir::kMaxUnits);
  reservoir.degree = config.integer("degree", 1, reservoir.units);
  reservoir.radius = config.number("radius", 0, kMostScaling);
  reservoir.leak = config.number("leak", 1e-9, 1);
  reservoir.input_scaling = config.number("input_scaling", 0, kMostScaling);
  reservoir.bias_scaling = config.number("bias_scaling", 0, kMostScaling);
  reservoir.seed = static_cast<std::uint64_t>(config.integer("seed", 0, 1LL << 52));
  options.washout = config.integer("washout", 1, 1LL << 40);
  options.penalty = config.number("penalty", 0, 1e12);
  options.squares = config.get<bool>("squares");
  return std::make_unique<EchoStateNetwork>(options);
}

const Registered<ModelEntry> kRegistered{
    {.name = "echo_state_network",
     .summary = "a fixed random recurrent network, a trajectory's next state read out of it by ridge",
     .defaults = {{"units", 100},
                  {"degree", 10},
                  {"radius", 0.9},
                  {"leak", 1.0},
                  {"input_scaling", 0.1},
                  {"bias_scaling", 0.0},
                  {"seed", 0},
                  {"washout", 100},
                  {"penalty", 1e-8},
                  {"squares", true}},
     .forecaster = make,
     .form = Form::kTrajectories}};

}  // namespace
}  // namespace spinlab::models
