#include "src/training/runs/starting_weights.h"

#include <c10/util/Exception.h>

#include "src/training/export/safetensors.h"
#include "src/training/runs/run_folder.h"

namespace spinlab::training {
namespace {

/// A network's weights are called "model.…" in a checkpoint, and plainly in a file for others.
NamedTensors weights_of(const std::filesystem::path& run_or_file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(run_or_file, error)) return RunFolder(run_or_file).checkpoint();
  NamedTensors all;
  for (const auto& [name, tensor] : read_safetensors(run_or_file).tensors) all["model." + name] = tensor;
  return all;
}

}  // namespace

std::string start_from(const std::filesystem::path& run, Learner& learner) {
  const auto theirs = weights_of(run);
  auto ours = learner.weights();
  std::string anew;
  size_t taken = 0;
  for (auto& [name, tensor] : ours) {
    const auto best = theirs.find("best." + name), found = best != theirs.end() ? best : theirs.find(name);
    if (found != theirs.end() && found->second.sizes() == tensor.sizes()) {
      tensor = found->second.to(tensor.options());
      ++taken;
    } else {
      anew += (anew.empty() ? "" : ", ") + name;
    }
  }
  TORCH_CHECK_VALUE(taken > 0, run.string(),
                    ": none of its weights fits this model; choose a run or file of the same model");
  learner.use_weights(ours);
  return "begins with " + std::to_string(taken) + " of " + std::to_string(ours.size()) + " tensors of " +
         run.string() + (anew.empty() ? "" : "; anew: " + anew);
}

}  // namespace spinlab::training
