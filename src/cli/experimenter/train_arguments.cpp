#include "src/cli/experimenter/train_arguments.h"

#include "src/core/called_as.h"
#include "src/core/escape.h"

namespace spinlab::cli {
namespace {

std::string job_text(const JobArguments& job) {
  std::string text;
  if (job.asked) text += " --slurm";
  if (job.nodes > 0) text += " -N " + std::to_string(job.nodes);
  if (job.ranks > 0) text += " -n " + std::to_string(job.ranks);
  if (!job.options.empty()) text += " --slurm-options " + shell_quoted(job.options);
  return text;
}

}  // namespace

std::filesystem::path TrainArguments::folder(const Json& seed) const {
  if (out) return *out;
  return std::filesystem::path("runs") / (std::filesystem::path(recipe).stem().string() + "-s" + seed.dump());
}

std::string resume_line(const TrainArguments& arguments, const std::filesystem::path& folder) {
  std::string line = called_as() + " train " + arguments.recipe + " --resume --out " + folder.string();
  if (!arguments.data.empty()) line += " --data " + arguments.data;
  return line + job_text(arguments.job);
}

}  // namespace spinlab::cli
