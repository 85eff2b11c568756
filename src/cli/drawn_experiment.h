#pragma once

#include <filesystem>
#include <string>

#include "src/core/json.h"

namespace spinlab::cli {

/// Writes an experiment's numbers as FOLDER/NAME.json and what its figure.py draws from them as .svg and .png
/// beside it, all or none of them, and says which. Throws c10::Error where the script fails.
void write_experiment(const Json& numbers, const std::filesystem::path& script,
                      const std::filesystem::path& folder, const std::string& name);

}  // namespace spinlab::cli
