#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "src/authoring/file_tree.h"
#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// Where a student edition keeps what it handed out as assignment.file, which a student edits.
inline constexpr auto kStubsFile = "stubs.cpp";

/// What assignments have in common; a handout has the files of it that it needs under this path, as the
/// repository does, so that the same #include serves in both.
inline constexpr auto kSharedFolder = "assignments/shared/";

/// What the instructor keeps of an assignment's folder, whoever names or includes it.
const std::set<std::string>& kept_back();
/// Whether a path leads to or through one of these.
bool is_kept_back(const std::filesystem::path& file);

/// False in a student edition, which has no solution.cpp.
bool has_master(const judging::Assignment& assignment);

/// What students start from: the master with its regions as stubs; in a student edition, stubs.cpp. Throws
/// c10::ValueError where there is neither.
std::string stubs(const judging::Assignment& assignment);

/// What a student gets, name to content: README.md, the frozen header, the stubs as assignment.file,
/// calls.h and checks.cpp, assignment.json without the hidden checks, an answers.json without answers,
/// the files that assignment.json lists under "handout", and what these include of the folder and of
/// assignments/shared. Throws c10::ValueError where one is missing or carries a marker.
FileTree handout_files(const judging::Assignment& assignment);

/// write_tree of them.
void write_handout(const judging::Assignment& assignment, const std::filesystem::path& folder);

}  // namespace spinlab::authoring
