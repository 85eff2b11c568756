#pragma once

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

/// The recipes that come with Spinlab, models/recipes/NAME.json, in alphabetical order.
std::vector<std::string> recipe_names();

/// A recipe by its name, or a file of one by its path (which ends in .json: a run's config.json repeats the
/// run). Its configuration is complete and names the recipe. Throws c10::ValueError: unknown name, with the
/// nearest; not valid.
Json load_recipe(const std::string& name_or_file);

}  // namespace spinlab::training
