#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace spinlab::physics {

/// Says of spins (n, L, L) int8 which are ordered: (n) bool.
using PhaseClassifier = std::function<at::Tensor(const at::Tensor& spins)>;

/// Magnetization and accuracy of a classifier at each of T temperatures; all tensors (T) float64.
struct PhaseDiagram {
  std::vector<double> temperatures;
  at::Tensor spins;                               // (T, n, L, L) int8, what was measured
  at::Tensor magnetization, magnetization_error;  // mean |m| and its standard error
  at::Tensor accuracy, accuracy_error;
  at::Tensor best_accuracy;  // of the decision by the exact likelihood, on the same samples
};

/// spins: (T, n, L, L) int8, n ≥ 2, in equilibrium at the T temperatures, each temperature's in the order of
/// its chain. Throws c10::ValueError where the shapes do not match.
PhaseDiagram measure_phases(const std::vector<double>& temperatures, const at::Tensor& spins,
                            const PhaseClassifier& classify);

/// Writes `folder`/ising.json, ising.png and ising.svg: the measurement, Onsager's and Yang's curve and T_c,
/// and five configurations. `classifier` is what the legend calls it. Returns the three paths. Needs
/// matplotlib.
std::vector<std::filesystem::path> draw_phases(const PhaseDiagram& phases, const std::string& classifier,
                                               const std::filesystem::path& folder);

}  // namespace spinlab::physics
