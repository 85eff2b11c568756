#include "src/training/recipe_file.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/called_as.h"
#include "src/core/files.h"
#include "src/training/former_names.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

fs::path folder() { return root() / "models" / "recipes"; }

fs::path file_of(const std::string& name_or_file) {
  if (name_or_file.ends_with(".json")) return name_or_file;
  const auto names = recipe_names();
  TORCH_CHECK_VALUE(std::find(names.begin(), names.end(), name_or_file) != names.end(),
                    "there is no recipe \"", name_or_file, "\"", did_you_mean(name_or_file, names), " (",
                    called_as(), " list shows all)");
  return folder() / (name_or_file + ".json");
}

}  // namespace

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Json read_recipe(const std::string& name_or_file) {
  const auto file = file_of(name_or_file);
  auto recipe = read_json(file);
  TORCH_CHECK_VALUE(recipe.is_object(), file.string(), ": expected an object {…}, got ", recipe.type_name());
  if (!recipe.contains("recipe")) recipe["recipe"] = file.stem().string();
  return with_present_names(std::move(recipe));
}

}  // namespace spinlab::training
