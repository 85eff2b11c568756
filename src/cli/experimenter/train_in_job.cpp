#include "src/cli/experimenter/train_in_job.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/cli/slurm_options.h"

namespace spinlab::cli {
namespace {

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).string(); }

/// `last`: "--resume", "--overwrite" or nothing.
std::vector<std::string> words_in_job(const TrainArguments& arguments, const std::filesystem::path& folder,
                                      const std::string& last) {
  const bool is_file = std::filesystem::exists(arguments.recipe);
  std::vector<std::string> words{"train", is_file ? absolute(arguments.recipe) : arguments.recipe, "--out",
                                 absolute(folder), "--no-plots"};
  const auto add = [&](const std::string& option, const std::string& value) {
    words.insert(words.end(), {option, value});
  };
  if (!arguments.model.empty()) add("--model", absolute(arguments.model));
  if (!arguments.data.empty()) add("--data", absolute(arguments.data));
  for (const auto& setting : arguments.settings) add("--set", setting);
  if (!last.empty()) words.push_back(last);
  return words;
}

}  // namespace

training::SlurmRun slurm_run(const TrainArguments& arguments, const std::filesystem::path& folder) {
  const auto& job = arguments.job;
  const int ranks = job.ranks > 0 ? job.ranks : std::max(1, job.nodes);
  TORCH_CHECK_VALUE(ranks >= job.nodes, "-n ", ranks, ": fewer ranks than the ", job.nodes,
                    " nodes of -N; each node needs one");
  return {.words = words_in_job(arguments, folder,
                                arguments.resume      ? "--resume"
                                : arguments.overwrite ? "--overwrite"
                                                      : ""),
          .resumed = words_in_job(arguments, folder, "--resume"),
          .nodes = job.nodes,
          .ranks = ranks,
          .options = split_words(job.options)};
}

void add_job_options(Command& command, JobArguments& job) {
  const auto slurm =
      command.flag("--slurm", job.asked, "Train in a job of a Slurm cluster; --out where all nodes see it");
  command.option("-N,--nodes", job.nodes, "Its nodes").between(1, 100'000).needs(slurm);
  command
      .option("-n,--ntasks", job.ranks,
              "Its ranks, which train together by MPI (default: one, or one a node)")
      .between(1, 1'000'000)
      .needs(slurm);
  add_slurm_options(command, job.options, slurm);
}

}  // namespace spinlab::cli
