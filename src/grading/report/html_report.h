#pragma once

#include <filesystem>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// So many threads write a class's files: what they want on the disk at the same moment gets there together, where
/// one would wait for the disk file by file.
constexpr int kFileWriters = 8;

/// Writes the instructor's report into `folder`: index.html, the class, and students/STUDENT.html, a page a
/// student, each whole or not at all. Pages of students whom the gradebook no longer has are removed.
void write_html_report(const Grading& grading, const std::filesystem::path& folder);

}  // namespace spinlab::grading
