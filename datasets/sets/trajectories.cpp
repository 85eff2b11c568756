#include "datasets/sets/trajectories.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/statistics.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMostStates = 10'000'000, kMostNumbers = 1 << 28;

void require_size(const Config& options, int64_t states, const at::Tensor& one) {
  const auto numbers = static_cast<double>(states) * static_cast<double>(one.size(2));
  TORCH_CHECK_VALUE(numbers <= kMostNumbers, options.where(), ": ", states, " states of ", one.size(2),
                    " numbers are more than ", kMostNumbers,
                    " numbers; choose a shorter length or horizon, or fewer tests");
}

at::Tensor noisy(const at::Tensor& states, const at::Tensor& deviation, double noise, std::uint64_t seed,
                 const char* part) {
  if (noise == 0) return states;
  return states + noise * deviation * at::randn(states.sizes(), make_generator(seed, part), at::kDouble);
}

at::Tensor windows(const at::Tensor& trajectory, const Config& options) {
  const auto stride = options.integer("stride", 1, kMostStates);
  const auto length = trajectory.size(0);
  const auto window = options.integer_or("window", length, 2, length);
  return trajectory.unfold(0, window, stride).transpose(1, 2);
}

}  // namespace

Json trajectory_options(double time_step) {
  return {{"time_step", time_step}, {"length", 5000}, {"test", 100},       {"heard", 200},
          {"horizon", 1000},        {"noise", 0.0},   {"window", nullptr}, {"stride", 1}};
}

Dataset make_trajectories(const std::string& name, const Config& options, double exponent,
                          const Solutions& solutions, std::uint64_t seed) {
  const auto step = options.number("time_step", 1e-6, 1e6), noise = options.number("noise", 0, 1e3);
  const auto length = options.integer("length", 2, kMostStates),
             tests = options.integer("test", 1, 1'000'000), heard = options.integer("heard", 1, kMostStates),
             horizon = options.integer("horizon", 1, kMostStates);
  require_size(options, length + tests * (heard + horizon),
               solutions(1, 2, step, make_generator(seed, "size")));
  const auto clean = solutions(1, length, step, make_generator(seed, "train"))[0];
  Dataset set;
  set.name = name;
  set.objective = "forecasting";
  std::tie(set.mean, set.deviation) = column_statistics(clean);
  set.train.inputs = windows(noisy(clean, set.deviation, noise, seed, "train noise"), options);
  options.expect_no_other_keys();
  auto test = solutions(tests, heard + horizon, step, make_generator(seed, "test"));
  auto shown = test.slice(1, 0, heard);
  shown.copy_(noisy(shown, set.deviation, noise, seed, "test noise"));
  set.test.inputs = test;
  set.motion = Motion{.time_step = step, .exponent = exponent, .heard = heard};
  set.how_split =
      "one trajectory to train on, " + std::to_string(tests) + " others from starts of their own to test";
  return set;
}

}  // namespace spinlab::datasets
