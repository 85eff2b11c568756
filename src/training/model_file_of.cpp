#include "src/training/model_file_of.h"

#include "models/model_file.h"

namespace spinlab::training {

void load_model_file_of(Json& recipe, const std::filesystem::path& folder) {
  const auto file = Config(recipe, "recipe").get_or<std::string>("model_file", "");
  if (file.empty()) return;
  const auto absolute = std::filesystem::absolute(folder / file);
  models::load_model_file(absolute);
  recipe["model_file"] = absolute.string();
}

}  // namespace spinlab::training
