#include "src/cli/experimenter/phase_demo.h"

#include <torch/types.h>

#include <iostream>

#include "datasets/dataset.h"
#include "src/core/interrupt.h"
#include "src/core/seed.h"
#include "src/physics/ising.h"
#include "src/physics/phase_diagram.h"
#include "src/training/config_override.h"
#include "src/training/recipe.h"
#include "src/training/runs/run_record.h"
#include "src/training/runs/session.h"
#include "src/training/trainer.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

constexpr int64_t kSide = 32, kSamples = 400;

/// Evenly around the critical temperature, which itself has no phase.
std::vector<double> temperatures() {
  constexpr int kEachSide = 12;
  constexpr double kStep = 0.07;
  std::vector<double> all;
  for (int i = -kEachSide; i < kEachSide; ++i)
    all.push_back(physics::kCriticalTemperature + (i + 0.5) * kStep);
  return all;
}

/// The recipe ising-mlp on all these temperatures, the critical ones too, so that the exact likelihood is a
/// fair rival.
Json configuration(std::uint64_t seed) {
  const std::vector<std::string> settings = {"data.side=" + std::to_string(kSide),
                                             "data.temperatures=" + Json(temperatures()).dump(),
                                             "data.samples=" + std::to_string(kSamples),
                                             "data.critical_window=0",
                                             "epochs=8",
                                             "device=cpu",
                                             "seed=" + std::to_string(seed)};
  return training::override_config(training::load_recipe("ising-mlp"), settings, "demo");
}

void train(training::Trainer& trainer, training::RunFolder& run, const datasets::Dataset& set) {
  training::Session session(trainer.config(), trainer, /*selection=*/nullptr, run, set);
  if (!session.run()) end_interrupted();
}

/// The class ordered is 1, as in datasets/sets/ising.h.
physics::PhaseClassifier classifier(training::Trainer& trainer) {
  return [&trainer](const at::Tensor& spins) { return trainer.predict(spins.unsqueeze(1)).argmax(1).eq(1); };
}

at::Tensor fresh_samples(std::uint64_t seed) {
  return physics::sample_ising(temperatures(),
                               {.side = kSide, .samples = kSamples, .seed = derive_seed(seed, "demo test")});
}

}  // namespace

std::vector<fs::path> run_phase_demo(const fs::path& folder, std::uint64_t seed) {
  const auto count = temperatures().size();
  std::cerr << "sampling the Ising model: 2 × " << count << " temperatures × " << kSamples
            << " configurations of " << kSide << " × " << kSide << " spins\n";
  const auto config = configuration(seed);
  const auto set = datasets::load_dataset(config.at("data"), datasets::DataFolders(), seed);
  const auto fresh = fresh_samples(seed);
  training::RunFolder run(folder / "run");
  training::Trainer trainer(training::parse_config(config, "demo"), set, at::kCPU);
  run.start(config, training::run_record("spinlab demo"), trainer.metrics(), /*overwrite=*/true);
  train(trainer, run, set);
  const auto phases = physics::measure_phases(temperatures(), fresh, classifier(trainer));
  std::cout << "ordered or disordered? right on " << 100 * phases.accuracy.mean().item<double>() << " % of "
            << fresh.size(0) * fresh.size(1) << " new configurations; the exact likelihood on "
            << 100 * phases.best_accuracy.mean().item<double>() << " %\n";
  auto files = physics::draw_phases(phases, "small network", folder);
  files.push_back(run.path());
  return files;
}

}  // namespace spinlab::cli
