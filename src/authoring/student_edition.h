#pragma once

#include <filesystem>

#include "src/authoring/file_tree.h"

namespace spinlab::authoring {

/// The project as a department publishes it: the rooms that assignments/student_edition.json lists, and of
/// each assignment its handout with a second copy of the stubs as stubs.cpp. Of the files that an assignment
/// withholds, those with solution regions hold stubs, the others are left out. In a git checkout only what
/// git tracks. student-edition.json in the tree says what it is. Throws c10::ValueError where a file is
/// missing or a link, in a tree without masters, and where something of the instructor's would get out,
/// naming it (leaks.h).
FileTree student_edition(const std::filesystem::path& project);

}  // namespace spinlab::authoring
