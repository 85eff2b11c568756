#pragma once

#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/judging/assignment.h"

namespace spinlab::judging {

/// Reads assignment.json's "tasks" into `assignment.tasks` and `assignment.checks`. Throws c10::ValueError at
/// the first key that is missing, unknown or impossible, where a check is listed twice, and where there is
/// none.
void parse_tasks(const Config& config, Assignment& assignment);

/// The text at a key that must say something. Throws c10::ValueError where it is empty.
std::string text_at(const Config& config, const std::string& key);
/// A list of names, none of them empty; an empty one where the key is missing. Throws c10::ValueError.
std::vector<std::string> names_at(const Config& config, const std::string& key);

}  // namespace spinlab::judging
