#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/core/called_as.h"
#include "src/core/config.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/lms/export.h"

namespace spinlab::cli {
namespace {

namespace fs = std::filesystem;
using grading::LmsExport;

struct Arguments {
  std::string assignment;
  fs::path grades;
  std::string format;
  fs::path from;
  fs::path out;
  std::string column;
  grading::ExportOptions options;
  bool json = false;
};

/// The whole class, who handed nothing in included.
std::vector<grading::Grade> grades_in(const grading::Gradebook& gradebook, const Arguments& arguments,
                                      const judging::Assignment& assignment) {
  auto grades = grading::read_grading(assignment, gradebook).grades;
  TORCH_CHECK_VALUE(!grades.empty(), arguments.grades.string(), ": holds no grades yet; run ", called_as(),
                    " grade ", assignment.name);
  return grades;
}

std::map<std::string, std::string> lms_ids(const grading::Gradebook& gradebook) {
  std::map<std::string, std::string> ids;
  for (const auto& student : gradebook.roster()) {
    if (!student.lms_id.empty()) ids[student.student] = student.lms_id;
  }
  return ids;
}

LmsExport fill(const Arguments& arguments, const judging::Assignment& assignment,
               const std::vector<grading::Grade>& grades, const grading::ExportOptions& options) {
  const auto csv = read_csv(arguments.from);
  try {
    const auto layout = arguments.format == "canvas"
                            ? grading::canvas_layout(csv, assignment, arguments.column)
                            : grading::moodle_layout(csv, assignment, arguments.column);
    return fill_table(csv, layout, grades, options);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, arguments.from.string(), ": ", error.what_without_backtrace());
  }
}

LmsExport export_of(const Arguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  const auto gradebook = grading::existing_gradebook(arguments.grades, assignment);
  const auto grades = grades_in(gradebook, arguments, assignment);
  auto options = arguments.options;
  options.lms_ids = lms_ids(gradebook);
  if (!arguments.from.empty()) return fill(arguments, assignment, grades, options);
  const auto column = arguments.column.empty() ? assignment.title : arguments.column;
  return arguments.format == "canvas" ? canvas_table(grades, column) : moodle_table(grades, column);
}

void print_list(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::cerr << what << " (" << names.size() << "):";
  for (const auto& name : names) std::cerr << (&name == &names.front() ? " " : ", ") << one_line(name, 100);
  std::cerr << '\n';
}

void print_notes(const LmsExport& result) {
  print_list("not in the LMS's table, nothing written", result.unknown);
  print_list("not one person of the LMS's table, nothing written", result.ambiguous);
  print_list("no result yet, nothing written", result.no_result);
  print_list("left as the LMS has it", result.left_alone);
  print_list("handed nothing in, left as the LMS has it", result.missing);
  print_list("handed nothing in, 0 points", result.zeroes);
  print_list("in the LMS's table without a submission", result.without_submission);
}

Json as_json(const LmsExport& result, const fs::path& out) {
  const auto clean = [](std::vector<std::string> names) {
    for (auto& name : names) name = clean_utf8(name);
    return names;
  };
  return {{"file", out.string()},
          {"written", result.written},
          {"unknown", clean(result.unknown)},
          {"ambiguous", clean(result.ambiguous)},
          {"no_result", clean(result.no_result)},
          {"left_alone", clean(result.left_alone)},
          {"missing", clean(result.missing)},
          {"zeroes", clean(result.zeroes)},
          {"without_submission", clean(result.without_submission)}};
}

ExitCode run(const Arguments& arguments) {
  const auto result = export_of(arguments);
  write_file(arguments.out, result.text);
  if (arguments.json)
    std::cout << as_json(result, arguments.out).dump() << '\n';
  else
    print_notes(result);
  std::cerr << "points of " << result.written << " students; written: " << arguments.out.string() << '\n';
  return ExitCode::kDone;
}

void add_export(Command& grades) {
  auto arguments = std::make_shared<Arguments>();
  auto command = grades.subcommand("export", "Points for an LMS: its own table filled in, or a new one");
  add_assignment_option(command, arguments->assignment);
  command.option("grades", arguments->grades, "The folder that was --out of spinlab grade").required();
  command.option("--format", arguments->format, "canvas or moodle").required().one_of({"canvas", "moodle"});
  const auto from = command.option(
      "--from", arguments->from,
      "What the LMS exported (Canvas: gradebook; Moodle: grading worksheet or gradebook), to be filled in");
  command.option("--out", arguments->out, "The CSV file to write").required();
  command.option("--column", arguments->column,
                 "The assignment's column in the LMS, where its title does not say");
  command.flag("--scale", arguments->options.scale, "Convert points to the LMS's maximum where that differs");
  command
      .flag("--missing-as-zero", arguments->options.missing_as_zero,
            "0 points for who is enrolled and handed nothing in, where the LMS has no grade")
      .needs(from);
  command.flag("--json", arguments->json, "What was written and what was not, as one JSON object");
  command.footer(
      "Example: spinlab grades export 01-regression grades/01-regression --format canvas --from export.csv "
      "--out canvas.csv");
  command.action([arguments] { return run(*arguments); });
}

const Registration kGrades(
    {Room::kInstructors, "grades", "What becomes of grades: tables for Canvas and Moodle"},
    [](Command& command) {
      command.footer(
          "Example: spinlab grades export 01-regression grades/01-regression --format moodle --from "
          "worksheet.csv --out moodle.csv");
      add_export(command);
    });

}  // namespace
}  // namespace spinlab::cli
