#include "benchmarks/recurrent_growth.h"

#include <ATen/ATen.h>

#include "benchmarks/recurrent_language.h"
#include "benchmarks/shakespeare.h"
#include "models/forecasters/reservoir.h"
#include "src/core/seed.h"
#include "src/training/device.h"
#include "src/training/trainer.h"

namespace spinlab::benchmarks {
namespace {

constexpr int64_t kSteps = 20, kHeard = 1000;
constexpr double kEmbedding = 128, kTokens = 65;

/// Of the matrix products, forward and backward: 6 for each parameter of a matrix and character.
double flops(const RecurrentSize& size) {
  const auto hidden = static_cast<double>(size.hidden);
  const auto matrices = 4 * hidden * (kEmbedding + hidden) + hidden * kTokens;
  return 6 * matrices * static_cast<double>(size.batch * size.context * size.steps);
}

std::vector<Measured> language(const MachinePeaks& peaks) {
  const auto letters = shakespeare(datasets::DataFolders());
  const auto measured = [&](const char* along, std::vector<int64_t> sizes, auto size_of) {
    return Measured{
        "recurrent/step",
        "the matrix products at their peak in float32",
        std::move(sizes),
        [=](int64_t n) {
          const RecurrentSize size = size_of(n);
          training::Trainer(size.config(), character_windows(letters, size.context), at::kCPU).train_epoch();
        },
        [=](double n) { return flops(size_of(static_cast<int64_t>(n))) / peaks.float32_flops; },
        along};
  };
  return {measured("numbers in the state", {64, 128, 256, 512, 1024},
                   [](int64_t n) { return RecurrentSize{.hidden = n, .steps = kSteps}; }),
          measured("characters a row", {16, 32, 64, 128, 256, 512},
                   [](int64_t n) { return RecurrentSize{.context = n, .steps = kSteps}; }),
          measured("rows a batch", {4, 8, 16, 32, 64, 128},
                   [](int64_t n) { return RecurrentSize{.batch = n, .steps = kSteps}; })};
}

/// The weights are read once a step by each core; 6 bytes each.
double least_seconds(const MachinePeaks& peaks, double units, double degree) {
  return 6 * units * degree * static_cast<double>(kHeard) / peaks.bytes;
}

std::vector<Measured> reservoirs(const MachinePeaks& peaks) {
  const auto run = [](int64_t units, int64_t trajectories) {
    const models::Reservoir reservoir({.units = units, .degree = 20, .radius = 0.9, .leak = 0.3}, 3);
    auto state = reservoir.rest(trajectories);
    reservoir.listen(at::randn({trajectories, kHeard, 3}, make_generator(0, "heard"), at::kDouble), state);
  };
  const std::string bound = "the weights, 6 bytes each, read once a step";
  return {{"reservoir/run",
           bound,
           {250, 500, 1000, 2000, 4000, 8000},
           [=](int64_t n) { run(n, 1); },
           [=](double n) { return least_seconds(peaks, n, 20); },
           "units, of which each hears 20"},
          {"reservoir/run",
           bound,
           {1, 4, 16, 64},
           [=](int64_t n) { run(1000, n); },
           [=](double) { return least_seconds(peaks, 1000, 20); },
           "trajectories beside each other"}};
}

}  // namespace

std::vector<Growth> recurrent_growth(const MachinePeaks& peaks, const EachGrowth& each) {
  training::keep_freed_memory();
  auto all = language(peaks);
  for (auto& measured : reservoirs(peaks)) all.push_back(std::move(measured));
  return measure(all, each);
}

}  // namespace spinlab::benchmarks
