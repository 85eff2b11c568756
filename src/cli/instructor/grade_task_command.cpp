#include "src/cli/commands.h"
#include "src/cli/data_presence.h"
#include "src/core/interrupt.h"
#include "src/grading/slurm/task.h"

namespace spinlab::cli {
namespace {

struct TaskArguments {
  std::filesystem::path folder;
  int task = 0;
};

ExitCode grade_task(const TaskArguments& arguments) {
  const Interrupt interrupt;
  grading::grade_share(arguments.folder, arguments.task, data_on_this_machine(), judging::WarmRunner());
  if (Interrupt::requested()) end_interrupted();
  return ExitCode::kDone;
}

}  // namespace

void add_grade_task_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<TaskArguments>();
  auto* command = app.add_subcommand("grade-task", "One task of the job array that grade --slurm submits");
  command->add_option("folder", arguments->folder, "The work folder")->required();
  command->add_option("task", arguments->task, "SLURM_ARRAY_TASK_ID")
      ->required()
      ->check(CLI::NonNegativeNumber);
  command->footer("Started by Slurm. Example: spinlab grade-task grades/01-regression/slurm/4f1c-0 3");
  command->group("");  // not for people
  command->callback([arguments, &action] { action = [arguments] { return grade_task(*arguments); }; });
}

}  // namespace spinlab::cli
