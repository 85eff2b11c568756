#pragma once

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

/// The recipes that come with Spinlab, models/recipes/NAME.json, in alphabetical order.
std::vector<std::string> recipe_names();

/// A recipe as it is written, and its name, by its name or a file of one by its path (which ends in .json).
/// Throws c10::ValueError: unknown name, with the nearest; no JSON object.
Json read_recipe(const std::string& name_or_file);

}  // namespace spinlab::training
