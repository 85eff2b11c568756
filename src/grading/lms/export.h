#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/grading/gradebook/gradebook.h"
#include "src/grading/lms/layout.h"

namespace spinlab::grading {

/// A table for an LMS, and what the instructor must know of it.
struct LmsExport {
  std::string text;                     // the CSV file
  int written = 0;                      // students who get points by it
  std::vector<std::string> unknown;     // students of the gradebook whom the LMS's table does not have
  std::vector<std::string> ambiguous;   // students who could be two of the table's people, or two who are one
  std::vector<std::string> no_result;   // infrastructure failures: nothing is written
  std::vector<std::string> left_alone;  // excused, not assigned, or beyond what the LMS takes
  std::vector<std::string> missing;     // handed nothing in and got no points from people: nothing is written
  std::vector<std::string> zeroes;      // the same, who get a 0 as ExportOptions says
  std::vector<std::string> without_submission;  // people of the table whom the gradebook does not have
};

struct ExportOptions {
  bool scale = false;            // convert points to the LMS's maximum where that is another
  bool missing_as_zero = false;  // 0 points for the missing, where the LMS has no grade
  std::map<std::string, std::string> lms_ids = {};  // by student: the roster's, which go before the student's name
};

/// Points into the LMS's own table. What the LMS matches by goes back byte for byte; names and texts that a
/// spreadsheet would take for formulas get an apostrophe. Who handed nothing in keeps what the LMS has: an empty
/// cell would take a grade away in Canvas [canvas-lms: lib/gradebook_importer.rb, no_change_to_value?] and say
/// nothing in Moodle [mod/assign/feedback/offline/locallib.php, process_import_grades]. Without `scale` a maximum
/// that differs is a c10::ValueError, and so is a table in which nobody is found.
LmsExport fill_table(const Csv& csv, const Layout& layout, const std::vector<Grade>& grades,
                     const ExportOptions& options);

/// A table of our own with the names of the gradebook as logins, for a class whose submissions are called by
/// them. `column` heads the points. A name that a spreadsheet would take for a formula is no login: it is
/// left out (`unknown`).
LmsExport canvas_table(const std::vector<Grade>& grades, const std::string& column);
LmsExport moodle_table(const std::vector<Grade>& grades, const std::string& column);

}  // namespace spinlab::grading
