#pragma once

#include <string>

#include "src/core/config.h"

namespace spinlab::training {

/// A recipe by its name, or a file of one by its path (which ends in .json: a run's config.json repeats the
/// run). Its configuration is complete and names the recipe. Throws c10::ValueError: as read_recipe; not
/// valid.
/// `model_file`: a .cpp with a model of the user's (models/model_file.h), instead of the recipe's own
/// "model_file", which is relative to the recipe; it is loaded.
Json load_recipe(const std::string& name_or_file, const std::string& model_file = "");

}  // namespace spinlab::training
