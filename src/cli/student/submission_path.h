#pragma once

#include <filesystem>
#include <string>

#include "src/judging/assignment.h"

namespace spinlab::cli {

/// `file` where it is given, else the assignment's file in the current folder, else the one beside its
/// handout. Throws c10::ValueError that says to name it.
std::filesystem::path submission_path(const judging::Assignment& assignment, const std::string& file);

}  // namespace spinlab::cli
