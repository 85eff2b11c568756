#include "src/cli/instructor/grading_options.h"

#include "src/cli/data_presence.h"
#include "src/cli/jobs_option.h"

namespace spinlab::cli {

void add_grading_options(Command& command, GradingArguments& arguments) {
  auto& options = arguments.options;
  add_jobs_option(command, options.jobs);
  command.option("--seed", arguments.seed,
                 "For checks that draw random numbers (default: the gradebook's, drawn by its first run)");
  command.option("--filter", options.run.filter,
                 "Checks that count, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
  command.flag("--allow-missing-data", options.allow_missing_data,
               "Leave out checks whose data set is not on this machine, and their points");
  command.flag("--allow-weak-sandbox", options.run.allow_weak_sandbox,
               "Grade although this machine lacks layers of the sandbox");
}

grading::GradeOptions complete(const GradingArguments& arguments) {
  auto options = arguments.options;
  options.jobs = affordable_jobs(options.jobs);
  options.runner = judging::WarmRunner();
  options.has_data = data_on_this_machine();
  options.own_seed = !arguments.seed;
  options.run.seed = arguments.seed.value_or(0);
  return options;
}

}  // namespace spinlab::cli
