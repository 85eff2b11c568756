#include "src/physics/phase_diagram.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/numbers_of.h"
#include "src/core/python.h"
#include "src/physics/autocorrelation.h"
#include "src/physics/ising.h"
#include "src/physics/phase_posterior.h"

namespace fs = std::filesystem;

namespace spinlab::physics {
namespace {

/// Row by row, each a series along its chain.
at::Tensor standard_errors(const at::Tensor& series) {
  auto errors = torch::empty({series.size(0)}, torch::kFloat64);
  for (int64_t i = 0; i < series.size(0); ++i) errors[i] = standard_error(series[i]);
  return errors;
}

/// (T, n) float64: 1 where the decision is right.
at::Tensor correct(const at::Tensor& ordered, const std::vector<double>& temperatures) {
  const auto truth = torch::tensor(temperatures, torch::kFloat64).lt(kCriticalTemperature).unsqueeze(1);
  return ordered.eq(truth).to(torch::kFloat64);
}

Json onsager_curve(double lowest, double highest) {
  constexpr int kPoints = 400;
  Json temperatures, magnetizations;
  const auto add = [&](double temperature) {
    temperatures.push_back(temperature);
    magnetizations.push_back(spontaneous_magnetization(temperature));
  };
  // Evenly in (T_c - T)^⅛ below T_c, where m rises like that power.
  const double reach = std::pow(kCriticalTemperature - lowest, 0.125);
  for (int i = 0; i <= kPoints; ++i)
    add(kCriticalTemperature - std::pow(reach * (1 - double(i) / kPoints), 8));
  add(highest);
  return {{"temperature", temperatures}, {"onsager", magnetizations}};
}

Json snapshots(const PhaseDiagram& phases) {
  constexpr int64_t kSnapshots = 5;
  Json all;
  const auto last = static_cast<int64_t>(phases.temperatures.size()) - 1;
  for (int64_t i = 0; i < kSnapshots; ++i) {
    const auto index = last * i / (kSnapshots - 1);
    Json rows;
    for (const auto& row : phases.spins[index][-1].unbind()) rows.push_back(numbers_of(row));
    all.push_back({{"temperature", phases.temperatures[index]}, {"spins", rows}});
  }
  return all;
}

Json to_json(const PhaseDiagram& phases, const std::string& classifier) {
  const auto [lowest, highest] = std::minmax_element(phases.temperatures.begin(), phases.temperatures.end());
  return {{"side", phases.spins.size(-1)},
          {"samples", phases.spins.size(1)},
          {"classifier", classifier},
          {"critical_temperature", kCriticalTemperature},
          {"temperature", phases.temperatures},
          {"magnetization", numbers_of(phases.magnetization)},
          {"magnetization_error", numbers_of(phases.magnetization_error)},
          {"accuracy", numbers_of(phases.accuracy)},
          {"accuracy_error", numbers_of(phases.accuracy_error)},
          {"best_accuracy", numbers_of(phases.best_accuracy)},
          {"curve",
           onsager_curve(std::min(*lowest, kCriticalTemperature), std::max(*highest, kCriticalTemperature))},
          {"snapshots", snapshots(phases)}};
}

}  // namespace

PhaseDiagram measure_phases(const std::vector<double>& temperatures, const at::Tensor& spins,
                            const PhaseClassifier& classify) {
  const auto count = static_cast<int64_t>(temperatures.size());
  TORCH_CHECK_VALUE(count > 0 && spins.dim() == 4 && spins.size(0) == count && spins.size(1) >= 2,
                    "a phase diagram needs spins of the shape (", count, ", 2 or more, L, L), got ",
                    spins.sizes());
  const auto side = spins.size(-1);
  const auto m = magnetization(spins).abs();
  const auto right = correct(classify(spins.flatten(0, 1)).view({count, -1}), temperatures);
  const auto best = ordered_probability(energy(spins), side, temperatures).ge(0.5);
  return {.temperatures = temperatures,
          .spins = spins,
          .magnetization = m.mean(1),
          .magnetization_error = standard_errors(m),
          .accuracy = right.mean(1),
          .accuracy_error = standard_errors(right),
          .best_accuracy = correct(best, temperatures).mean(1)};
}

std::vector<fs::path> draw_phases(const PhaseDiagram& phases, const std::string& classifier,
                                  const fs::path& folder) {
  const auto base = folder / "ising";
  std::vector<fs::path> files;
  for (const char* ending : {".json", ".png", ".svg"}) files.push_back(base.string() + ending);
  write_file(files.front(), to_json(phases, classifier).dump() + "\n");
  run_python(root() / "src/physics/plot_ising.py", {files.front().string(), base.string()});
  return files;
}

}  // namespace spinlab::physics
