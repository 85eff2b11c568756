#include <iomanip>
#include <iostream>

#include "datasets/dataset.h"
#include "models/registry.h"
#include "src/cli/commands.h"
#include "src/judging/assignment.h"
#include "src/training/recipe.h"

namespace spinlab::cli {
namespace {

struct Item {
  std::string kind, name, summary;
};

std::vector<Item> assignments() {
  std::vector<Item> items;
  for (const auto& name : judging::assignment_names()) {
    items.push_back({"assignment", name, judging::load_assignment(name).title});
  }
  return items;
}

std::vector<Item> everything() {
  auto items = assignments();
  for (const auto& name : training::recipe_names()) {
    items.push_back({"recipe", name, training::load_recipe(name).at("title").get<std::string>()});
  }
  for (const auto& entry : models::registry()) items.push_back({"model", entry.name, entry.summary});
  for (const auto& name : datasets::dataset_names()) items.push_back({"dataset", name, ""});
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

}  // namespace

void add_list_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("list", "Assignments, recipes, models and data sets");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "One JSON object a line: kind, name, summary");
  command->footer("Example: spinlab list --json");
  command->callback([json, &action] { action = [json] { return list(*json); }; });
}

}  // namespace spinlab::cli
