#include "src/training/recipe.h"

#include "src/training/config.h"
#include "src/training/model_file_of.h"
#include "src/training/recipe_file.h"

namespace spinlab::training {

Json load_recipe(const std::string& name_or_file, const std::string& model_file) {
  const std::filesystem::path file = name_or_file;
  auto recipe = read_recipe(name_or_file);
  if (!model_file.empty()) recipe["model_file"] = std::filesystem::absolute(model_file).string();
  load_model_file_of(recipe, file.parent_path());
  return complete_config(recipe, file.stem().string() + ".json");
}

}  // namespace spinlab::training
