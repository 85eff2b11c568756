#pragma once

#include <filesystem>
#include <vector>

namespace spinlab::judging {

/// The sources of an assignment's hidden checks: hidden_checks.cpp, and where one file would hold more than
/// one idea, hidden_checks/*.cpp, in the order of their names. A student's tree has none.
std::vector<std::filesystem::path> hidden_check_files(const std::filesystem::path& assignment_folder);

}  // namespace spinlab::judging
