#pragma once

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

/// Applies --set KEY=VALUE to a complete configuration and completes the result. Another name in a section
/// (model.name, objective.name, optimizer.name, schedule.name, data.name) is applied first: options that the
/// new choice does not know go, those that it alone has come with their defaults. Throws c10::ValueError: no
/// "=", unknown key.
Json override_config(Json config, const std::vector<std::string>& settings, const std::string& where);

}  // namespace spinlab::training
