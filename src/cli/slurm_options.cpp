#include "src/cli/slurm_options.h"

#include <charconv>

namespace spinlab::cli {
namespace {

/// What is wrong with the N of --slurm=N.
std::string auto_or_tasks(const std::string& text) {
  constexpr int kMostTasks = 100'000;
  int tasks = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), tasks);
  const bool number = bad == std::errc() && end == text.data() + text.size();
  if (text == "auto" || (number && tasks >= 1 && tasks <= kMostTasks)) return "";
  return "Value " + text + " not in range 1 to " + std::to_string(kMostTasks);
}

}  // namespace

slurm::ArrayOptions SlurmArguments::array() const {
  return {.tasks = tasks == "auto" ? 0 : std::stoi(tasks), .options = split_words(options)};
}

void add_array_options(Command& command, SlurmArguments& arguments, const std::string& help) {
  add_slurm_options(command, arguments.options,
                    command.flag("--slurm{auto}", arguments.tasks, help).check(auto_or_tasks));
}

void add_slurm_options(Command& command, std::string& options, const Option& slurm) {
  command.option("--slurm-options", options, "For sbatch: '--partition=short --time=2:00:00'").needs(slurm);
}

}  // namespace spinlab::cli
