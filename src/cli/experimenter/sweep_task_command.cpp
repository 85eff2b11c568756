#include "src/cli/command_line.h"
#include "src/core/interrupt.h"
#include "src/training/sweeps/sweep_by_slurm.h"

namespace spinlab::cli {
namespace {

struct TaskArguments {
  std::filesystem::path folder;
  int task = 0;
};

ExitCode sweep_task(const TaskArguments& arguments) {
  const Interrupt interrupt;
  training::sweep_share(arguments.folder, arguments.task);
  if (Interrupt::requested()) end_interrupted();
  return ExitCode::kDone;
}

const Registration kSweepTask(
    {Room::kInternal, "sweep-task", "One task of the job array that sweep --slurm submits"},
    [](Command& command) {
      auto arguments = std::make_shared<TaskArguments>();
      command.option("folder", arguments->folder, "The sweep's folder").required();
      command.option("task", arguments->task, "SLURM_ARRAY_TASK_ID").required().between(0, 100'000);
      command.footer(
          "Started by Slurm, from spinlab-zoo. Example: spinlab-zoo sweep-task runs/mnist-linear-sweep 3");
      command.action([arguments] { return sweep_task(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
