#include "src/cli/grading_options.h"

#include "src/cli/jobs_option.h"

namespace spinlab::cli {

void add_grading_options(CLI::App& command, grading::GradeOptions& options) {
  add_jobs_option(command, options.jobs);
  command
      .add_option("--seed", options.run.seed, "For checks that draw random numbers; written with each result")
      ->capture_default_str();
  command.add_option("--filter", options.run.filter,
                     "Checks that count, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
  command.add_flag("--allow-missing-data", options.allow_missing_data,
                   "Leave out checks whose data set is not on this machine, and their points");
  command.add_flag("--allow-weak-sandbox", options.run.allow_weak_sandbox,
                   "Grade although this machine lacks layers of the sandbox");
}

}  // namespace spinlab::cli
