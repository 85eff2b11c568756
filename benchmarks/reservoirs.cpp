#include "benchmarks/reservoirs.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

#include "benchmarks/exported_tensors.h"
#include "benchmarks/peers/environment.h"
#include "models/forecasters/reservoir.h"
#include "models/solvers/normal_equations.h"
#include "src/core/expect_close.h"
#include "src/core/files.h"
#include "src/physics/dynamics/lyapunov.h"
#include "src/physics/dynamics/trajectories.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr int64_t kHeard = 5000, kForecast = 1000, kMany = 100, kWashout = 100;
constexpr std::array<int64_t, 3> kUnits{100, 1000, 5000};
constexpr double kPenalty = 1e-6;

at::Tensor start() { return at::tensor({1.0, 1.0, 20.0}, at::kDouble).unsqueeze(0); }

/// A reservoir with what it heard and what is read out of it, and the files that a peer has it from.
struct Problem {
  models::Reservoir reservoir;
  at::Tensor inputs, states, end;
  models::LinearMap readout;

  Problem(int64_t units, const at::Tensor& path)
      : reservoir({.units = units, .degree = units / 10, .radius = 0.9, .leak = 0.3, .input_scaling = 0.1},
                  3),
        inputs(path.narrow(1, 0, kHeard)),
        end(reservoir.rest(1)) {
    states = reservoir.listen(inputs, end);
    readout = fitted(path.narrow(1, 1, kHeard));
  }

  models::LinearMap fitted(const at::Tensor& targets) const {
    const auto x = states[0].slice(0, kWashout), y = targets[0].slice(0, kWashout);
    const auto n = static_cast<double>(x.size(0));
    return models::NormalEquations(models::moments(x, y), kPenalty / n, /*intercept=*/true).solution();
  }

  at::Tensor forecast(int64_t n) const {
    const auto units = reservoir.units(), groups = (units + models::kLanes - 1) / models::kLanes;
    const auto by_group = at::constant_pad_nd(readout.weights.t(), {0, groups * models::kLanes - units})
                              .view({3, groups, models::kLanes})
                              .transpose(0, 1)
                              .contiguous();
    const auto intercept = readout.intercept.contiguous();
    return reservoir.speak(
        end.expand({n, units}),
        {groups, 3, false, by_group.const_data_ptr<double>(), intercept.const_data_ptr<double>()}, kForecast);
  }

  void add_to(ExportedTensors& files) const {
    files.add("recurrent", reservoir.recurrent_weights());
    files.add("input", reservoir.input_weights());
    files.add("states", states[0]);
    files.add("weights", readout.weights);
    files.add("intercept", readout.intercept);
  }
};

void of_units(int64_t units, const at::Tensor& path, ExportedTensors& files, const Turns& turns) {
  const auto name = [&](const char* what) { return c10::str("reservoir/", what, '-', units); };
  if (!turns.has_any({name("run"), name("readout"), name("forecast"), "reservoir/forecasts"})) return;
  const Problem problem(units, path);
  problem.add_to(files);
  const auto job = [&](const char* what, int64_t n = 1) {
    return Json{{"job", what},        {"units", units},      {"forecasts", n},
                {"steps", kForecast}, {"penalty", kPenalty}, {"washout", kWashout}};
  };
  const auto near = [](const at::Tensor& a, const Json& answer, double tolerance) {
    const auto sum = a.sum().item<double>();
    TORCH_CHECK(std::abs(sum - answer.at("sum").get<double>()) <= tolerance * a.abs().sum().item<double>(),
                "the peer's numbers sum up to ", answer.at("sum").get<double>(), ", ours to ", sum);
  };
  turns.row(
      name("run"), c10::str(kHeard, " inputs"),
      [&] {
        auto state = problem.reservoir.rest(1);
        problem.reservoir.listen(problem.inputs, state);
      },
      job("run"), [&](const Json& answer) { near(problem.states, answer, 1e-10); });
  turns.row(
      name("readout"), c10::str(kHeard - kWashout, " states"),
      [&] { problem.fitted(path.narrow(1, 1, kHeard)); }, job("readout"));
  turns.row(name("forecast"), c10::str(kForecast, " states"), [&] { problem.forecast(1); }, job("forecast"));
  if (units == 1000)
    turns.row(
        "reservoir/forecasts", c10::str(kMany, " times ", kForecast, " states"),
        [&] { problem.forecast(kMany); }, job("forecast", kMany));
}

void trajectories(const Turns& turns) {
  constexpr int64_t kSteps = 1'000'000, kThousand = 1000, kSpectrum = 100'000;
  const physics::Lorenz flow;
  const auto many = start() + 0.01 * at::arange(kThousand, at::kDouble).unsqueeze(1);
  turns.row("lorenz/one", c10::str(kSteps, " steps"),
            [&] { physics::runge_kutta_4(flow, start(), {0.01, kSteps, kSteps}); },
            {{"job", "one"}, {"step", 0.01}, {"steps", kSteps}});
  turns.row("lorenz/thousand", c10::str(kThousand, " steps of ", kThousand),
            [&] { physics::runge_kutta_4(flow, many, {0.01, kThousand, kThousand}); },
            {{"job", "thousand"}, {"step", 0.01}, {"steps", kThousand}});
  turns.row("lorenz/spectrum", c10::str(kSpectrum, " steps"),
            [&] {
              physics::lyapunov_spectrum(flow, start().squeeze(0),
                                         {.step = 0.01, .steps = kSpectrum, .transient = 100, .every = 10});
            },
            {{"job", "spectrum"}, {"step", 0.01}, {"steps", kSpectrum}, {"every", 10}});
}

/// A peer of its own is started, and at first installed, for these alone.
bool any_is_chosen(const std::string& rows) {
  std::vector<std::string> all{"reservoir/forecasts", "lorenz/one", "lorenz/thousand", "lorenz/spectrum"};
  for (const auto* what : {"run", "readout", "forecast"})
    for (const auto units : kUnits) all.push_back(c10::str("reservoir/", what, '-', units));
  return std::ranges::any_of(all, [&](const auto& name) { return name.find(rows) != name.npos; });
}

}  // namespace

void reservoirs(const std::string& rows, int repetitions, const EachRow& each) {
  if (!any_is_chosen(rows)) return;
  training::keep_freed_memory();  // as every run does
  const physics::Lorenz flow;
  const auto path = physics::runge_kutta_4(flow, start(), {0.02, kHeard, 1}) / 8;
  ExportedTensors files;
  files.add("path", path[0]);
  PeerProcess peer(root() / "benchmarks" / "reservoirs_peer.py", {files.folder()},
                   peers_python({.list = "reservoirs.txt", .folder = "peers-reservoirs"}));
  const Turns turns(peer, rows, repetitions, each);
  for (const auto units : kUnits) of_units(units, path, files, turns);
  trajectories(turns);
}

}  // namespace spinlab::benchmarks
