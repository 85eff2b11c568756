#include "src/cli/command_line.h"
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

const Registration kGradeTask(
    {Room::kInternal, "grade-task", "One task of the job array that grade --slurm submits"},
    [](Command& command) {
      auto arguments = std::make_shared<TaskArguments>();
      command.option("folder", arguments->folder, "The work folder").required();
      command.option("task", arguments->task, "SLURM_ARRAY_TASK_ID").required().between(0, 100'000);
      command.footer("Started by Slurm. Example: spinlab grade-task grades/01-regression/slurm/4f1c-0 3");
      command.action([arguments] { return grade_task(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
