#include "src/training/recipe.h"

#include "src/training/config.h"
#include "src/training/recipe_file.h"

namespace spinlab::training {

Json load_recipe(const std::string& name_or_file) {
  const auto where = std::filesystem::path(name_or_file).stem().string() + ".json";
  return complete_config(read_recipe(name_or_file), where);
}

}  // namespace spinlab::training
