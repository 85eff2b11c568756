#pragma once

#include <filesystem>

#include "src/core/config.h"

namespace spinlab::training {

/// Loads the model that a recipe or a run's configuration names as "model_file", so that it can be completed,
/// and makes the name absolute. `folder`: what it is relative to.
void load_model_file_of(Json& recipe, const std::filesystem::path& folder);

}  // namespace spinlab::training
