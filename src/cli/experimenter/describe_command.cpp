#include "datasets/dataset.h"
#include "models/kernels/kernel.h"
#include "models/registry.h"
#include "src/cli/command_line.h"
#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/registry.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::cli {
namespace {

ExitCode describe(const std::string& file) {
  Json entries = Json::array();
  const auto add = [&](const char* kind, const std::string& name, const std::string& summary) {
    entries.push_back({{"kind", kind}, {"name", name}, {"summary", summary}});
  };
  for (const auto& [name, entry] : registry<models::ModelEntry>()) add("model", name, entry.summary);
  for (const auto& [name, entry] : registry<models::KernelEntry>()) add("kernel", name, entry.summary);
  for (const auto& name : datasets::dataset_names()) add("dataset", name, datasets::dataset_summary(name));
  for (const auto& [name, entry] : registry<training::ObjectiveEntry>())
    add("objective", name, entry.summary);
  for (const auto& [name, entry] : registry<training::OptimizerEntry>())
    add("optimizer", name, entry.summary);
  for (const auto& [name, entry] : registry<training::ScheduleEntry>()) add("schedule", name, entry.summary);
  write_file(file, entries.dump(1) + '\n');
  return ExitCode::kDone;
}

const Registration kDescribe({Room::kInternal, "describe",
                              "Write what spinlab lists of this program (other_programs.h)"},
                             [](Command& command) {
                               auto file = std::make_shared<std::string>();
                               command.option("file", *file, "The JSON file to write").required();
                               command.footer(
                                   "Run by the build. Example: spinlab-zoo describe spinlab-zoo.json");
                               command.action([file] { return describe(*file); });
                             });

}  // namespace
}  // namespace spinlab::cli
