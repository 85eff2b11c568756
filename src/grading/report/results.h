#pragma once

#include <filesystem>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// grades.csv, junit.xml, report/ and results/STUDENT.json below `out`, each whole or not at all. A
/// student without a result has no JSON file.
void write_results(const Grading& grading, const std::filesystem::path& out);

}  // namespace spinlab::grading
