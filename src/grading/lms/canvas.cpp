#include <c10/util/Exception.h>

#include "src/grading/lms/grade_column.h"
#include "src/grading/lms/layout.h"

namespace spinlab::grading {
namespace {

bool holds(const std::string& text, const char* part) { return text.find(part) != text.npos; }

/// "Noether, Emmy" is also "Emmy Noether", and "noetheremmy" in a bulk download.
std::vector<std::string> names_of(const std::string& last, const std::string& first) {
  if (first.empty()) return {last};
  return {last + ", " + first, first + " " + last, last + first};
}

std::vector<std::string> names_in(const Csv& csv, const std::vector<std::string>& row) {
  const auto last = csv.column({"LastName"});
  if (last != Csv::npos) return names_of(row[last], row[csv.column({"FirstName"})]);
  const auto& name = row[csv.column({"Student"})];
  const auto comma = name.find(", ");
  return comma == name.npos ? names_of(name, "") : names_of(name.substr(0, comma), name.substr(comma + 2));
}

void add_rows(const Csv& csv, Layout& layout) {
  const std::size_t ids[] = {csv.column({"ID"}), csv.column({"SIS User ID"}), csv.column({"SIS Login ID"}),
                             csv.column({"Integration ID"})};
  std::optional<double> maximum;
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const auto& row = csv.rows[i];
    if (holds(row[0], "Points Possible")) {
      layout.kept_rows.push_back(i);
      maximum = points_from(row[layout.grade]);
      continue;
    }
    StudentRow student{i, {{}, names_in(csv, row)}, "", maximum};
    for (const auto id : ids) {
      if (id != Csv::npos && !row[id].empty()) student.person.ids.push_back(row[id]);
    }
    student.name = student.person.names.front();
    const bool test_student = student.name == "Student, Test";
    if (!student.person.ids.empty() && !test_student) layout.students.push_back(std::move(student));
  }
}

}  // namespace

Layout canvas_layout(const Csv& csv, const judging::Assignment& assignment, const std::string& column) {
  const bool two_names = csv.column({"LastName"}) == 0 && csv.column({"FirstName"}) == 1;
  const auto section = csv.column({"Section"});
  TORCH_CHECK_VALUE(
      (two_names || csv.column({"Student"}) == 0) && csv.column({"ID"}) != Csv::npos && section != Csv::npos,
      "is no gradebook export of Canvas: it has no columns Student, ID and Section; export it in Canvas by "
      "Grades, Export, Export Entire Gradebook, with Canvas in English");
  Layout layout;
  layout.lms = "Canvas";
  for (std::size_t i = 0; i <= section; ++i) layout.columns.push_back(i);
  layout.free_text = two_names ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0};
  std::vector<std::size_t> choices;
  for (auto i = section + 1; i < csv.header.size(); ++i) {
    if (csv.header[i].ends_with(")")) choices.push_back(i);
  }
  layout.grade = grade_column(csv, choices, assignment, column);
  layout.columns.push_back(layout.grade);
  add_rows(csv, layout);
  return layout;
}

}  // namespace spinlab::grading
