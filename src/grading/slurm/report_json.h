#pragma once

#include "src/judging/verdict.h"

namespace spinlab::grading {

/// A report as an array's task writes it to its work folder, and back. Bytes that are no UTF-8 become U+FFFD.
std::string report_text(const judging::Report& report);
/// Throws c10::ValueError where the file holds something else.
judging::Report read_report(const std::filesystem::path& file);

}  // namespace spinlab::grading
