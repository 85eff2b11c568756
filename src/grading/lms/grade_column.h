#pragma once

#include <string>
#include <vector>

#include "src/core/csv.h"
#include "src/judging/assignment.h"

namespace spinlab::grading {

/// `text` as a number that may have a decimal comma, as LMSs write points; nothing where it is none.
std::optional<double> points_from(const std::string& text);

/// Which of `choices` is the assignment's: the one called `column` (an LMS's number in brackets at its end
/// may be left out), or where that is empty the only one whose name holds the assignment's title or its name
/// without the number. Throws c10::ValueError that lists the choices.
std::size_t grade_column(const Csv& csv, const std::vector<std::size_t>& choices,
                         const judging::Assignment& assignment, const std::string& column);

}  // namespace spinlab::grading
