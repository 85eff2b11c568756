#include "models/forecasters/next_generation.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/registry.h"
#include "models/solvers/normal_equations.h"

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
constexpr int64_t kBlockRows = 1024, kMostMonomials = 20'000;
// END SOLUTION

double count_of_monomials(int64_t numbers, int64_t degree) {
  double count = 1;
  for (int64_t p = 1; p <= degree; ++p) count *= static_cast<double>(numbers + p) / static_cast<double>(p);
  return count - 1;
}

}  // namespace

NextGeneration::NextGeneration(const NextGenerationOptions& options) : options_(options) {
  TORCH_CHECK_VALUE(options.delays >= 1 && options.stride >= 1 && options.degree >= 1,
                    "delays, stride and degree are at least 1, got ", options.delays, ", ", options.stride,
                    " and ", options.degree);
  TORCH_CHECK_VALUE(options.penalty >= 0, "penalty: expected at least 0, got ", options.penalty);
}

/// A product is one of degree p - 1 times a number that does not come before its last factor: no product
/// comes twice.
at::Tensor NextGeneration::monomials(const at::Tensor& states) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "products of ", states.sizes(), ": left out, 10-reservoir asks for it");
  const auto numbers = states.size(1);
  std::vector<at::Tensor> all{states};
  std::vector<int64_t> last(static_cast<std::size_t>(numbers));
  for (int64_t i = 0; i < numbers; ++i) last[i] = i;
  for (int64_t p = 2; p <= options_.degree; ++p) {
    std::vector<int64_t> parents, factors;
    for (std::size_t i = 0; i < last.size(); ++i) {
      for (auto factor = last[i]; factor < numbers; ++factor) {
        parents.push_back(static_cast<int64_t>(i));
        factors.push_back(factor);
      }
    }
    all.push_back(all.back().index_select(1, at::tensor(parents)) *
                  states.index_select(1, at::tensor(factors)));
    last = std::move(factors);
  }
  return at::cat(all, 1);
  // END SOLUTION
}

/// (n, T, d) to (n, T - memory() + 1, k d): each state with those before it.
at::Tensor NextGeneration::delayed(const at::Tensor& trajectories) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "delays of ", trajectories.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  std::vector<at::Tensor> all;
  const auto steps = trajectories.size(1) - memory() + 1;
  for (int64_t i = 0; i < options_.delays; ++i)
    all.push_back(trajectories.narrow(1, (options_.delays - 1 - i) * options_.stride, steps));
  return at::cat(all, 2);
  // END SOLUTION
}

at::Tensor NextGeneration::added(const at::Tensor& states) const {
  return at::addmm(intercept_, monomials(states), weights_);
}

void NextGeneration::learn(const at::Tensor& trajectories) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "next_generation_reservoir of ", trajectories.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto d = trajectories.size(2);
  const auto count = count_of_monomials(options_.delays * d, options_.degree);
  TORCH_CHECK_VALUE(count <= kMostMonomials, options_.delays, " delays of ", d, " numbers have ", count,
                    " monomials up to degree ", options_.degree, ", at most ", kMostMonomials,
                    " are taken; choose fewer delays or a lower degree");
  const auto heard = trajectories.slice(1, 0, -1);
  const auto states = delayed(heard).flatten(0, 1);
  const auto steps = trajectories.slice(1, memory()) - heard.slice(1, memory() - 1);
  const auto targets = steps.flatten(0, 1);
  Moments rows;
  for (int64_t first = 0; first < states.size(0); first += kBlockRows)
    rows.add(monomials(states.slice(0, first, first + kBlockRows)),
             targets.slice(0, first, first + kBlockRows));
  const NormalEquations equations(rows, options_.penalty, /*intercept=*/true);
  TORCH_CHECK_VALUE(std::isfinite(equations.condition()), "the equations of ", count,
                    " monomials have no unique solution by ", rows.rows(), " states; raise the penalty (",
                    options_.penalty, ") or give longer trajectories");
  const auto found = equations.solution();
  weights_ = found.weights;
  intercept_ = found.intercept;
  // END SOLUTION
}

at::Tensor NextGeneration::one_step(const at::Tensor& heard) const {
  const auto states = delayed(heard);
  const auto steps = added(states.flatten(0, 1)).view({heard.size(0), -1, features()});
  return heard.slice(1, memory() - 1) + steps;
}

at::Tensor NextGeneration::go_on(const at::Tensor& heard, int64_t steps) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, steps, " steps beyond ", heard.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto known = memory();
  auto path = at::empty({heard.size(0), known + steps, features()}, at::kDouble);
  path.slice(1, 0, known).copy_(heard.slice(1, heard.size(1) - known));
  for (int64_t t = 0; t < steps; ++t) {
    const auto states = delayed(path.slice(1, t, t + known)).squeeze(1);
    path.select(1, known + t).copy_(path.select(1, known + t - 1) + added(states));
  }
  return path.slice(1, known).contiguous();
  // END SOLUTION
}

std::map<std::string, at::Tensor> NextGeneration::state() const {
  if (features() == 0) return {};
  return {{"weights", weights_}, {"intercept", intercept_}};
}

void NextGeneration::load_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  const auto weights = state.at("weights"), intercept = state.at("intercept");
  const auto count = count_of_monomials(options_.delays * intercept.size(0), options_.degree);
  TORCH_CHECK_VALUE(intercept.size(0) > 0 && weights.size(1) == intercept.size(0) &&
                        static_cast<double>(weights.size(0)) == std::round(count),
                    "the checkpoint's weights are ", weights.sizes(), ", but ", options_.delays,
                    " delays and degree ", options_.degree, " have ", std::round(count), " monomials");
  weights_ = weights;
  intercept_ = intercept;
}

namespace {

std::unique_ptr<Forecaster> make(const Config& config) {
  return std::make_unique<NextGeneration>(
      NextGenerationOptions{.delays = config.integer("delays", 1, 1000),
                            .stride = config.integer("stride", 1, 1'000'000),
                            .degree = config.integer("degree", 1, 10),
                            .penalty = config.number("penalty", 0, 1e12)});
}

const Registered<ModelEntry> kRegistered{
    {.name = "next_generation_reservoir",
     .summary = "a trajectory's next state by products of its last ones, by ridge",
     .defaults = {{"delays", 2}, {"stride", 1}, {"degree", 2}, {"penalty", 1e-8}},
     .forecaster = make,
     .form = Form::kTrajectories}};

}  // namespace
}  // namespace spinlab::models
