#include "src/grading/gradebook/roster.h"

#include <c10/util/Exception.h>

#include <map>

#include "src/core/csv.h"
#include "src/core/utc_time.h"
#include "src/core/escape.h"
#include "src/grading/submissions/submissions.h"

namespace spinlab::grading {
namespace {

constexpr std::size_t kMaxName = 200;

struct Columns {
  std::size_t student, name, email, lms_id, late_days, submitted;
};

Columns columns_of(const Csv& csv, const std::string& file) {
  const Columns columns{csv.column({"student", "student id", "id", "login", "username", "sis login id"}),
                        csv.column({"name", "full name", "student name"}),
                        csv.column({"email", "e-mail", "email address"}),
                        csv.column({"lms_id", "lms id", "sis user id", "id number"}),
                        csv.column({"late_days", "late days", "free late days"}),
                        csv.column({"submitted", "submitted at", "submission time"})};
  std::string found;
  for (const auto& name : csv.header) found += (found.empty() ? "" : ", ") + one_line(name, 40);
  TORCH_CHECK_VALUE(columns.student != Csv::npos, file, ": has no column \"student\" (or id, login, username), found ",
                    one_line(found, 300), "; name the column with the ids that submissions have");
  return columns;
}

class Reader {
 public:
  Reader(const std::filesystem::path& file) : file_(file.string()), csv_(read_csv(file)), columns_(columns_of(csv_, file_)) {}

  Roster roster() {
    for (std::size_t row = 0; row < csv_.rows.size(); ++row) add(row);
    TORCH_CHECK_VALUE(!roster_.students.empty(), file_, ": lists no students");
    return std::move(roster_);
  }

 private:
  std::string cell(std::size_t row, std::size_t column) const {
    return column == Csv::npos ? "" : one_line(csv_.rows[row][column], kMaxName);
  }

  void add(std::size_t row) {
    const auto where = file_ + ":" + std::to_string(csv_.lines[row]) + ": ";
    const auto student = cell(row, columns_.student);
    TORCH_CHECK_VALUE(!student.empty(), where, "the student's id is missing");
    TORCH_CHECK_VALUE(file_name_from(student) == student, where, "\"", student,
                      "\" can't be the name of a submission; expected a login or number");
    const auto [first, is_new] = seen_.emplace(student, csv_.lines[row]);
    TORCH_CHECK_VALUE(is_new, where, "the student ", student, " stands already in line ", first->second);
    roster_.students.push_back(
        {student, cell(row, columns_.name), cell(row, columns_.email), cell(row, columns_.lms_id)});
    adjust(where, student, kFreeLateDays, cell(row, columns_.late_days));
    adjust(where, student, kSubmitted, cell(row, columns_.submitted));
  }

  void adjust(const std::string& where, const std::string& student, const char* item, const std::string& value) {
    if (value.empty()) return;
    const Adjustment adjustment{student, item, value, "roster", "roster", ""};
    try {
      require_valid(adjustment, Adjusted({}));
    } catch (const c10::ValueError& error) {
      TORCH_CHECK_VALUE(false, where, error.what_without_backtrace());
    }
    roster_.adjustments.push_back(adjustment);
  }

  std::string file_;
  Csv csv_;
  Columns columns_;
  Roster roster_;
  std::map<std::string, std::size_t> seen_;
};

}  // namespace

Roster read_roster(const std::filesystem::path& file) { return Reader(file).roster(); }

}  // namespace spinlab::grading
