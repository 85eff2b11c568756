#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/grading/gradebook/adjustments.h"

namespace spinlab::grading {

/// Someone who takes the course.
struct Enrolled {
  std::string student;  // as submissions are named
  std::string name = {};
  std::string email = {};
  std::string lms_id = {};
};

/// A roster's students, and what it says of them that counts for the grade.
struct Roster {
  std::vector<Enrolled> students;
  std::vector<Adjustment> adjustments;  // free late days, submission times; who and why are left empty
};

/// A CSV file with a column `student` (or id, login, username) and optionally `name`, `email`, `lms_id`,
/// `late_days` and `submitted`; other columns are passed over. Throws c10::ValueError, one line with the file
/// and its line, where a column or a student's id is missing, an id stands twice, or a number or time is none.
Roster read_roster(const std::filesystem::path& file);

}  // namespace spinlab::grading
