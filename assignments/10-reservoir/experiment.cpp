// The experiment of the handout, section 17: the student's functions beside what theory says of them.
// figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using judging::StudentError;
using reservoir::Draw;
using reservoir::Readout;
using reservoir::Reservoir;
using torch::Tensor;

constexpr double kExponent = 0.9056, kStep = 0.02, kThreshold = 0.4;
constexpr int64_t kTraining = 1500, kHeard = 200;

Tensor randn(at::IntArrayRef shape, std::uint64_t seed, const std::string& purpose) {
  return torch::randn(shape, make_generator(seed, purpose), torch::kFloat64);
}

Tensor zeros(at::IntArrayRef shape) { return torch::zeros(shape, torch::kFloat64); }

int64_t reservoir_seed(std::uint64_t seed, int64_t index) {
  return static_cast<int64_t>(derive_seed(seed, "reservoir " + std::to_string(index)) >> 16);
}

/// n solutions on the attractor, (n, steps + 1, 3).
Tensor attractor(int64_t n, int64_t steps, std::uint64_t seed, const std::string& purpose) {
  const auto starts = 3 * randn({n, 3}, seed, purpose) + torch::tensor({0.0, 0.0, 20.0}, torch::kFloat64);
  const auto settled = trajectories({}, starts, kStep, 1000).select(1, 1000).contiguous();
  return trajectories({}, settled, kStep, steps);
}

/// A trajectory to learn from, and others whose beginnings are heard and whose ends are to be forecast: all
/// in units of the first one's deviation about its mean.
struct Weather {
  Tensor training, heard, truths;
};

Weather weather(int64_t tests, int64_t horizon, std::uint64_t seed) {
  const auto training = attractor(1, kTraining, seed, "training")[0];
  const auto mean = training.mean(0), deviation = training.std(0, false);
  const auto others = (attractor(tests, kHeard + horizon - 1, seed, "tests") - mean) / deviation;
  return {(training - mean) / deviation, others.slice(1, 0, kHeard).contiguous(),
          others.slice(1, kHeard).contiguous()};
}

struct Series {
  std::vector<double> mean, deviation;
  void add(const Tensor& numbers) {
    mean.push_back(numbers.mean().item<double>());
    deviation.push_back(numbers.std(0, false).item<double>());
  }
  Json json() const { return {{"mean", mean}, {"deviation", deviation}}; }
};

Tensor valid(const Tensor& forecasts, const Tensor& truths) {
  return valid_times(forecasts, truths, torch::ones({3}, torch::kFloat64), kThreshold, kStep * kExponent);
}

/// What one reservoir says after each of the beginnings, (tests, horizon, 3).
Tensor by_reservoir(const Reservoir& drawn, const Readout& readout, const Tensor& heard, int64_t horizon) {
  std::vector<Tensor> said;
  for (const auto& one : heard.unbind()) {
    const auto states = listen(drawn, one.contiguous(), zeros({drawn.W.size(0)}));
    said.push_back(forecast(drawn, readout, states[-1].contiguous(), horizon));
  }
  return torch::stack(said);
}

/// A polynomial may run away: what it says before that, and then NaN.
Tensor as_long_as_it_lasts(const Readout& readout, const Tensor& heard, int64_t horizon) {
  auto said = torch::full({horizon, heard.size(1)}, std::nan(""), torch::kFloat64);
  for (auto steps = horizon; steps > 0; steps -= 20) {
    try {
      said.slice(0, 0, steps).copy_(continue_trajectory(readout, heard, 2, 1, steps));
      return said;
    } catch (const StudentError&) {
      continue;
    }
  }
  return said;
}

Tensor by_next_generation(const Readout& readout, const Tensor& heard, int64_t horizon) {
  std::vector<Tensor> said;
  for (const auto& one : heard.unbind())
    said.push_back(as_long_as_it_lasts(readout, one.contiguous(), horizon));
  return torch::stack(said);
}

/// Two solutions that begin some noise apart.
Json twins(std::uint64_t seed) {
  const int64_t n = 200, steps = 1500;
  const auto starts = attractor(n, 0, seed, "starts").select(1, 0).contiguous();
  const auto deviation = starts.std(0, false), push = randn({n, 3}, seed, "push") * deviation;
  const auto truths = trajectories({}, starts, kStep, steps);
  std::vector<double> noise;
  Series times;
  for (double size = 1e-6; size < 0.2; size *= std::sqrt(10)) {
    const auto others = trajectories({}, starts + size * push, kStep, steps);
    noise.push_back(size);
    times.add(valid_times(others.slice(1, 1).contiguous(), truths.slice(1, 1).contiguous(), deviation,
                          kThreshold, kStep * kExponent));
  }
  return {{"noise", noise}, {"times", times.json()}};
}

/// Exponents of longer and longer pieces of the same ten solutions.
Json exponents(std::uint64_t seed) {
  const int64_t n = 10, longest = 6400;
  const auto paths = attractor(n, longest, seed, "exponents");
  std::vector<double> time;
  std::vector<Series> all(3);
  for (int64_t length = 100; length <= longest; length *= 2) {
    std::vector<Tensor> found;
    for (const auto& path : paths.unbind())
      found.push_back(
          lyapunov_exponents(lorenz_step_maps({}, path.slice(0, 0, length).contiguous(), kStep), 3, kStep));
    time.push_back(static_cast<double>(length) * kStep);
    for (int64_t i = 0; i < 3; ++i) all[i].add(torch::stack(found).select(1, i));
  }
  return {{"time", time}, {"first", all[0].json()}, {"second", all[1].json()}, {"third", all[2].json()}};
}

/// Distances of two states that hear the same noise, for some radii, and those of the nilpotent pair of
/// units.
Json echoes(std::uint64_t seed) {
  const auto U = 0.5 * randn({100, 1}, seed, "noise");
  Json curves = Json::array();
  for (const double radius : {0.5, 0.9, 1.3}) {
    auto drawn =
        draw_reservoir({.inputs = 1, .radius = radius, .bias_scaling = 0.2}, reservoir_seed(seed, 0));
    const auto one = randn({100}, seed, "one").tanh(), two = randn({100}, seed, "two").tanh();
    curves.push_back({{"radius", radius},
                      {"distances", numbers_of(separation(drawn, U, one, two))},
                      {"bound", contraction_bound(drawn)}});
  }
  const auto W = 1.9 * torch::tensor({2.0, -1.0, 4.0, -2.0}, torch::kFloat64).view({2, 2});
  const auto one = torch::tensor({0.9, 0.9}, torch::kFloat64);
  const auto never = separation({W, zeros({2, 1}), zeros({2}), 1}, zeros({100, 1}), one, -one);
  return {{"curves", curves}, {"never", numbers_of(never)}};
}

/// MC_k of a ring that is linear, and of the same ring with tanh and louder and louder inputs.
Json memory(std::uint64_t seed) {
  const int64_t N = 20, T = 6000, lags = 60;
  const auto u = randn({T}, seed, "input");
  const auto W = 0.95 * torch::roll(torch::eye(N, torch::kFloat64), 1, 0);
  auto w = zeros({N});
  w[0] = 1;
  Json measured = Json::array();
  for (const double scale : {0.01, 0.3, 1.0}) {
    const Reservoir ring{W, scale * w.unsqueeze(1), zeros({N}), 1};
    const auto X = listen(ring, u.unsqueeze(1), zeros({N}));
    measured.push_back({{"scale", scale}, {"capacities", numbers_of(memory_capacities(X, u, 100, lags))}});
  }
  return {{"theory", numbers_of(linear_memory(W, w, lags))},
          {"measured", measured},
          {"chance", N / double(T - 100)}};
}

/// One forecast of each kind beside the truth, and after it a long dream: the maxima of z, each against the
/// one before.
Json dreams(std::uint64_t seed) {
  const int64_t horizon = 700, dream = 20'000;
  const auto data = weather(1, horizon, seed);
  const auto drawn = draw_reservoir({.units = 200}, reservoir_seed(seed, 0));
  const auto found = fit_forecaster(drawn, data.training, 100, 1e-10);
  const auto next = fit_next_generation(data.training, 2, 1, 1e-10);
  const auto maxima = [](const Tensor& z) {
    const auto middle = z.slice(0, 1, -1);
    return middle.masked_select((middle > z.slice(0, 0, -2)) & (middle > z.slice(0, 2)));
  };
  const auto climate = attractor(1, dream, seed, "climate")[0];
  const auto training = attractor(1, kTraining, seed, "training")[0];
  const double mean = training.select(1, 2).mean().item<double>(),
               deviation = training.select(1, 2).std(0, false).item<double>();
  const auto dreamt = forecast(drawn, found.readout, found.state, dream).select(1, 2);
  return {{"step", kStep * kExponent},
          {"truth", numbers_of(data.truths[0].select(1, 0))},
          {"reservoir", numbers_of(by_reservoir(drawn, found.readout, data.heard, horizon)[0].select(1, 0))},
          {"next", numbers_of(by_next_generation(next, data.heard, horizon)[0].select(1, 0))},
          {"true_maxima", numbers_of(maxima(climate.select(1, 2)))},
          {"dreamt_maxima", numbers_of(maxima(mean + deviation * dreamt))}};
}

/// Valid times of eight reservoirs against their radius.
Json radii(std::uint64_t seed) {
  const auto data = weather(6, 700, seed);
  std::vector<double> radius;
  Series times;
  for (const double at : {0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.3, 1.6}) {
    std::vector<Tensor> means;
    for (int64_t k = 0; k < 8; ++k) {
      const auto drawn = draw_reservoir({.radius = at}, reservoir_seed(seed, k));
      const auto readout = fit_forecaster(drawn, data.training, 100, 1e-10).readout;
      means.push_back(valid(by_reservoir(drawn, readout, data.heard, 700), data.truths).mean());
    }
    radius.push_back(at);
    times.add(torch::stack(means));
  }
  return {{"radius", radius}, {"times", times.json()}};
}

/// Valid times against noise on all that is learnt and heard; the penalty grows with it.
Json noises(std::uint64_t seed) {
  const int64_t tests = 12, horizon = 700;
  const auto data = weather(tests, horizon, seed);
  const auto drawn = draw_reservoir({.units = 200}, reservoir_seed(seed, 0));
  std::vector<double> noise;
  Series reservoir, next;
  for (double size = 1e-5; size < 0.05; size *= std::sqrt(10)) {
    const auto learnt = data.training + size * randn(data.training.sizes(), seed, "on the training");
    const auto heard = data.heard + size * randn(data.heard.sizes(), seed, "on the beginnings");
    const double penalty = std::max(1e-10, 0.01 * size * size);
    const auto readout = fit_forecaster(drawn, learnt, 100, penalty).readout;
    noise.push_back(size);
    reservoir.add(valid(by_reservoir(drawn, readout, heard, horizon), data.truths));
    next.add(
        valid(by_next_generation(fit_next_generation(learnt, 2, 1, penalty), heard, horizon), data.truths));
  }
  return {{"noise", noise}, {"reservoir", reservoir.json()}, {"next", next.json()}};
}

/// The first exponents of the loops of six reservoirs that have learnt Lorenz's system.
Json loops(std::uint64_t seed) {
  const auto data = weather(1, 1, seed);
  std::vector<Tensor> found;
  for (int64_t k = 0; k < 6; ++k) {
    const auto drawn = draw_reservoir(Draw{}, reservoir_seed(seed, k));
    const auto learnt = fit_forecaster(drawn, data.training, 100, 1e-10);
    found.push_back(forecast_exponents(drawn, learnt.readout, learnt.state, 2500, 6, kStep));
  }
  Series all;
  for (int64_t i = 0; i < 6; ++i) all.add(torch::stack(found).select(1, i));
  return all.json();
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  return {{"seed", seed},
          {"dreams", dreams(derive_seed(seed, "dreams"))},
          {"twins", twins(derive_seed(seed, "twins"))},
          {"exponents", exponents(derive_seed(seed, "exponents"))},
          {"echoes", echoes(derive_seed(seed, "echoes"))},
          {"memory", memory(derive_seed(seed, "memory"))},
          {"radii", radii(derive_seed(seed, "radii"))},
          {"noises", noises(derive_seed(seed, "noises"))},
          {"loops", loops(derive_seed(seed, "loops"))}};
}
