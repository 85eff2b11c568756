#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/core/csv.h"
#include "src/judging/assignment.h"
#include "src/grading/lms/match.h"

namespace spinlab::grading {

/// A row of an LMS's table that is a student's.
struct StudentRow {
  std::size_t row = 0;  // of Csv::rows
  Person person;
  std::string name;               // for messages
  std::optional<double> maximum;  // points, where the table says them
};

/// How an LMS's own table is to be given back.
struct Layout {
  std::string lms;                   // "Canvas", "Moodle"
  std::vector<std::size_t> columns;  // that go back, in this order
  std::vector<std::size_t>
      free_text;  // that students may have typed and the LMS does not read: made safe for spreadsheets
  std::size_t grade = 0;  // takes the points
  std::vector<std::size_t>
      kept_rows;  // that are no student's but belong to the table: Canvas's "Points Possible"
  std::vector<StudentRow> students;
  bool every_student =
      false;  // else only those who get points: what the LMS has of the others may be newer than the table
};

/// Canvas's gradebook export, all of which but the student columns and the assignment's stays out: Canvas
/// then leaves other assignments alone. `column` names the assignment's column ("Regression (1234)" or
/// "Regression"); empty: the one whose title holds the assignment's. Throws c10::ValueError where the table
/// is none of Canvas's or no single column fits. [Instructure, canvas-lms: lib/gradebook_importer.rb]
Layout canvas_layout(const Csv& csv, const judging::Assignment& assignment, const std::string& column);

/// Moodle's grading worksheet of an assignment, which goes back whole [moodle: mod/assign/feedback/offline],
/// or its gradebook export, of which the students' columns and the activity's go back (`column` as above). In
/// English: Moodle finds columns by their names in the reader's language.
Layout moodle_layout(const Csv& csv, const judging::Assignment& assignment, const std::string& column);

}  // namespace spinlab::grading
