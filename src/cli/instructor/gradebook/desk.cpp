#include "src/cli/instructor/gradebook/desk.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "src/core/escape.h"
#include "src/grading/report/results.h"

namespace spinlab::cli {

Desk::Desk(const DeskArguments& arguments)
    : out(arguments.out),
      assignment(judging::load_assignment(arguments.assignment)),
      gradebook(grading::existing_gradebook(out, assignment)) {}

grading::Grading Desk::grading() const { return grading::read_grading(assignment, gradebook); }

void Desk::write_results() const {
  const auto all = grading();
  for (const auto& note : all.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
  grading::write_results(all, out);
  std::cerr << "written: " << (out / "grades.csv").string() << ", results/, junit.xml and report/\n";
}

void Desk::require(const std::string& student) const {
  std::vector<std::string> known;
  for (const auto& grade : grading().grades) known.push_back(grade.key.student);
  TORCH_CHECK_VALUE(student.empty() || std::find(known.begin(), known.end(), student) != known.end(),
                    "neither a submission nor the roster is of \"", one_line(student, 60), "\"",
                    did_you_mean(student, known));
}

std::string login_name() {
  const auto* account = ::getpwuid(::getuid());
  return account == nullptr ? "" : account->pw_name;
}

}  // namespace spinlab::cli
