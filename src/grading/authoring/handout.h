#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "src/grading/assignment.h"

namespace spinlab::grading {

/// What a student gets, name to content: README.md, the frozen header, the stubs as assignment.file,
/// checks.cpp and exports.cpp with the headers beside them that they include, assignment.json without the
/// hidden checks, and the files that assignment.json lists under "handout". Throws c10::ValueError where one
/// is missing or carries a marker.
std::map<std::string, std::string> handout_files(const Assignment& assignment);

/// Writes them to `folder`, which must be missing or empty: made aside and renamed, so whole or not at all.
/// Throws c10::ValueError where the folder holds something, c10::Error where it cannot be written.
void write_handout(const Assignment& assignment, const std::filesystem::path& folder);

}  // namespace spinlab::grading
