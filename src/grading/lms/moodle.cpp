#include <c10/util/Exception.h>

#include <set>

#include "src/grading/lms/grade_column.h"
#include "src/grading/lms/layout.h"

namespace spinlab::grading {
namespace {

/// The columns of a student that either table may have.
struct StudentColumns {
  explicit StudentColumns(const Csv& csv)
      : identifier(csv.column({"Identifier"})),
        full_name(csv.column({"Full name"})),
        first_name(csv.column({"First name"})),
        last_name(csv.column({"Last name", "Surname"})),
        number(csv.column({"ID number"})),
        username(csv.column({"Username"})),
        email(csv.column({"Email address"})),
        maximum(csv.column({"Maximum grade"})) {}

  std::size_t identifier, full_name, first_name, last_name, number, username, email, maximum;
};

std::string cell(const std::vector<std::string>& row, std::size_t column) {
  return column == Csv::npos ? "" : row[column];
}

/// "1234" of the identifier "Participant 1234".
std::string digits_at_end(const std::string& text) {
  return text.substr(text.find_last_not_of("0123456789") + 1);
}

StudentRow student_of(const std::vector<std::string>& row, const StudentColumns& columns) {
  StudentRow student;
  const auto email = cell(row, columns.email);
  student.person.ids = {digits_at_end(cell(row, columns.identifier)), cell(row, columns.number),
                        cell(row, columns.username), email};
  const auto first = cell(row, columns.first_name);
  const auto last = cell(row, columns.last_name);
  student.name = columns.full_name == Csv::npos ? first + " " + last : cell(row, columns.full_name);
  student.person.names = {student.name, last + ", " + first, email.substr(0, email.find('@'))};
  if (columns.maximum != Csv::npos) student.maximum = points_from(row[columns.maximum]);
  return student;
}

Layout worksheet(const Csv& csv) {
  Layout layout;
  layout.grade = csv.column({"Grade"});
  TORCH_CHECK_VALUE(
      layout.grade != Csv::npos && csv.column({"Last modified (grade)"}) != Csv::npos,
      "is no grading worksheet of Moodle: it has no columns Grade and Last modified (grade); download it in "
      "Moodle by Submissions, Actions, Download grading worksheet, with Moodle in English");
  for (std::size_t i = 0; i < csv.header.size(); ++i) layout.columns.push_back(i);
  layout.every_student = true;
  return layout;
}

Layout gradebook(const Csv& csv, const StudentColumns& columns, const judging::Assignment& assignment,
                 const std::string& column) {
  Layout layout;
  const std::set<std::size_t> of_student = {columns.first_name, columns.last_name, columns.full_name,
                                            columns.number,     columns.username,  columns.email};
  std::vector<std::size_t> choices;
  for (std::size_t i = 0; i < csv.header.size(); ++i)
    (of_student.contains(i) ? layout.columns : choices).push_back(i);
  layout.grade = grade_column(csv, choices, assignment, column);
  layout.columns.push_back(layout.grade);
  return layout;
}

}  // namespace

Layout moodle_layout(const Csv& csv, const judging::Assignment& assignment, const std::string& column) {
  const StudentColumns columns(csv);
  const bool is_worksheet = columns.identifier != Csv::npos;
  TORCH_CHECK_VALUE(
      is_worksheet || columns.number != Csv::npos || columns.username != Csv::npos ||
          columns.email != Csv::npos,
      "is no table of Moodle: it has none of the columns Identifier (grading worksheet), ID number, Username "
      "and Email address (gradebook export); download it with Moodle in English");
  auto layout = is_worksheet ? worksheet(csv) : gradebook(csv, columns, assignment, column);
  layout.lms = "Moodle";
  for (const auto text :
       {columns.full_name, columns.first_name, columns.last_name, csv.column({"Online text"})}) {
    if (text != Csv::npos) layout.free_text.push_back(text);
  }
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    layout.students.push_back(student_of(csv.rows[i], columns));
    layout.students.back().row = i;
  }
  return layout;
}

}  // namespace spinlab::grading
