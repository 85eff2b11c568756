#include <iomanip>
#include <iostream>

#include "experiments/experiment_file.h"
#include "src/cli/command_line.h"
#include "src/cli/other_programs.h"
#include "src/judging/assignment.h"
#include "src/training/recipe_file.h"

namespace spinlab::cli {
namespace {

std::vector<ZooEntry> everything() {
  std::vector<ZooEntry> items;
  for (const auto& name : judging::assignment_names())
    items.push_back({"assignment", name, judging::load_assignment(name).title});
  for (const auto& name : experiments::experiment_names())
    items.push_back({"experiment", name, experiments::read_experiment(name).title});
  for (const auto& name : training::recipe_names())
    items.push_back({"recipe", name, training::read_recipe(name).at("title").get<std::string>()});
  for (auto& entry : zoo_entries()) items.push_back(std::move(entry));
  return items;
}

ExitCode list(bool json) {
  std::string kind;
  for (const auto& item : everything()) {
    if (json) {
      std::cout << Json{{"kind", item.kind}, {"name", item.name}, {"summary", item.summary}}.dump() << '\n';
      continue;
    }
    if (item.kind != kind) std::cout << (kind = item.kind) << "s\n";
    std::cout << "  " << std::left << std::setw(20) << item.name << ' ' << item.summary << '\n';
  }
  return ExitCode::kDone;
}

const Registration kList(
    {Room::kMachine, "list",
     "Assignments, experiments, recipes, models, kernels, data sets, objectives, optimizers, schedules"},
    [](Command& command) {
      auto json = std::make_shared<bool>(false);
      command.flag("--json", *json, "One JSON object a line: kind, name, summary");
      command.footer("Example: spinlab list --json");
      command.action([json] { return list(*json); });
    });

}  // namespace
}  // namespace spinlab::cli
