#include "src/grading/lms/export.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

constexpr double kSamePoints = 0.005;  // LMSs keep two decimals

std::vector<std::string> names(const std::vector<Grade>& grades, const std::vector<std::size_t>& chosen) {
  std::vector<std::string> result;
  for (const auto i : chosen) result.push_back(grades[i].key.student);
  std::sort(result.begin(), result.end());
  return result;
}

/// Nothing handed in, and nobody gave points all the same.
bool has_no_grade(const Grade& grade) {
  const auto given = [](const auto& part) { return part.second.has_value(); };
  const auto& [parts, bonus] = std::tie(grade.breakdown.parts, grade.breakdown.bonus);
  return grade.report.verdict == judging::Verdict::kMissing && bonus == 0 && std::none_of(parts.begin(), parts.end(), given);
}

class Filler {
 public:
  Filler(const Csv& csv, const Layout& layout, const std::vector<Grade>& grades, const ExportOptions& options)
      : csv_(csv), layout_(layout), grades_(grades), options_(options) {}

  LmsExport fill() {
    const auto matches = match();
    result_.text = csv_.byte_order_mark ? "\xEF\xBB\xBF" : "";
    add(csv_.header, false);
    for (const auto row : layout_.kept_rows) add(csv_.rows[row], false);
    for (std::size_t i = 0; i < layout_.students.size(); ++i)
      add_student(layout_.students[i], matches.student_of[i]);
    return std::move(result_);
  }

 private:
  Matches match() {
    std::vector<Person> people;
    for (const auto& student : layout_.students) people.push_back(student.person);
    std::vector<std::string> students;
    for (const auto& grade : grades_) {
      const auto known = options_.lms_ids.find(grade.key.student);
      students.push_back(known == options_.lms_ids.end() ? grade.key.student : known->second);
    }
    auto matches = match_students(people, students);
    TORCH_CHECK_VALUE(
        matches.unknown.size() < students.size(), "none of the gradebook's ", students.size(),
        " students is in ", layout_.lms, "'s table: they are called ",
        students.empty() ? "" : one_line(students.front(), 60), " and the like here, ",
        people.empty() ? "nothing" : one_line(people.front().ids.front(), 60),
        " there; see that the table is this course's and that submissions are named by login or number");
    result_.unknown = names(grades_, matches.unknown);
    result_.ambiguous = names(grades_, matches.ambiguous);
    return matches;
  }

  void add_student(const StudentRow& student, std::optional<std::size_t> match) {
    auto row = csv_.rows[student.row];
    const auto points = match ? points_for(student, grades_[*match]) : std::nullopt;
    if (!match) result_.without_submission.push_back(student.name);
    if (points) row[layout_.grade] = judging::points_text(*points);
    result_.written += points.has_value();
    if (points || layout_.every_student) add(row, true);
  }

  /// What the LMS gets, if anything.
  std::optional<double> points_for(const StudentRow& student, const Grade& grade) {
    const auto& cell = csv_.rows[student.row][layout_.grade];
    if (!has_result(grade)) {
      result_.no_result.push_back(grade.key.student);
      return std::nullopt;
    }
    if (has_no_grade(grade)) {
      const bool zero = options_.missing_as_zero && (cell.empty() || cell == "-");
      (zero ? result_.zeroes : result_.missing).push_back(grade.key.student);
      return zero ? std::optional(0.0) : std::nullopt;
    }
    const auto points = converted(student, grade);
    const bool beyond = layout_.every_student && student.maximum && points > *student.maximum + kSamePoints;
    if (cell != "EX" && cell != "N/A" && !beyond) return points;
    result_.left_alone.push_back(grade.key.student + " (" +
                                 (beyond ? judging::points_text(points) + " points" : cell) + ")");
    return std::nullopt;
  }

  double converted(const StudentRow& student, const Grade& grade) const {
    const auto ours = grade.score.maximum;
    if (!student.maximum || std::abs(*student.maximum - ours) < kSamePoints) return grade.score.earned;
    TORCH_CHECK_VALUE(options_.scale, layout_.lms, " counts ", judging::points_text(*student.maximum),
                      " points, the gradebook ", judging::points_text(ours),
                      "; give --scale to convert them, or change the maximum in ", layout_.lms,
                      " and export its table again");
    return ours > 0 ? grade.score.earned * *student.maximum / ours : 0;
  }

  void add(const std::vector<std::string>& row, bool of_student) {
    std::vector<std::string> cells;
    for (const auto column : layout_.columns) {
      const auto& cell = row[column];
      const bool typed =
          of_student && cell != "-" &&
          std::find(layout_.free_text.begin(), layout_.free_text.end(), column) != layout_.free_text.end();
      cells.push_back(typed ? not_a_formula(cell) : cell);
    }
    result_.text += csv_line(cells, csv_.delimiter);
  }

  const Csv& csv_;
  const Layout& layout_;
  const std::vector<Grade>& grades_;
  const ExportOptions& options_;
  LmsExport result_;
};

/// The rows of our own tables: `row` makes one of a student's name and points.
template <typename Row>
void add_rows(LmsExport& result, const std::vector<Grade>& grades, const Row& row) {
  for (const auto& grade : grades) {
    const auto& student = grade.key.student;
    if (!has_result(grade)) {
      result.no_result.push_back(student);
    } else if (has_no_grade(grade)) {
      result.missing.push_back(student);
    } else if (not_a_formula(student) != student) {
      result.unknown.push_back(student);
    } else {
      result.text += csv_line(row(student, judging::points_text(grade.score.earned)));
      ++result.written;
    }
  }
}

}  // namespace

LmsExport fill_table(const Csv& csv, const Layout& layout, const std::vector<Grade>& grades,
                     const ExportOptions& options) {
  return Filler(csv, layout, grades, options).fill();
}

LmsExport canvas_table(const std::vector<Grade>& grades, const std::string& column) {
  const auto maximum = grades.empty() ? "" : judging::points_text(grades.front().score.maximum);
  LmsExport result;
  result.text = csv_line({"Student", "ID", "SIS User ID", "SIS Login ID", "Section", column}) +
                csv_line({"    Points Possible", "", "", "", "", maximum});
  add_rows(result, grades, [](const std::string& student, const std::string& points) {
    return std::vector<std::string>{student, "", "", student, "", points};
  });
  return result;
}

LmsExport moodle_table(const std::vector<Grade>& grades, const std::string& column) {
  LmsExport result;
  result.text = csv_line({"Username", column});
  add_rows(result, grades, [](const std::string& student, const std::string& points) {
    return std::vector<std::string>{student, points};
  });
  return result;
}

}  // namespace spinlab::grading
