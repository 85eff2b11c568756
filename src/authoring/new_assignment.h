#pragma once

#include <filesystem>
#include <string>

#include "src/authoring/file_tree.h"

namespace spinlab::authoring {

/// The files of assignments/shared/template as those of the assignment `name`, "18-topic": a small whole one,
/// with a task, a question, an experiment, mutants, samples and a variant. Throws c10::ValueError where the
/// name is none or where this tree has no template, as a student edition has not.
FileTree new_assignment_files(const std::string& name);

/// Writes them to root()/assignments/NAME, whole or not at all: aside, below assignments/.new, and then
/// renamed. What an interrupted call left there is removed. Returns the folder. Throws c10::ValueError where
/// the name or its number is taken.
std::filesystem::path make_new_assignment(const std::string& name);

}  // namespace spinlab::authoring
