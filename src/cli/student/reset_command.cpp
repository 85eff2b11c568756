#include <iostream>

#include "src/authoring/handout.h"
#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/student/submission_path.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

struct ResetArguments {
  std::string assignment, file;
};

/// Beside the file, under the first name that is free.
fs::path keep(const fs::path& file) {
  for (int i = 1;; ++i) {
    const fs::path kept = file.string() + ".before-reset-" + std::to_string(i);
    if (fs::exists(kept)) continue;
    fs::rename(file, kept);
    return kept;
  }
}

ExitCode reset(const ResetArguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  const auto file = submission_path(assignment, arguments.file);
  TORCH_CHECK_VALUE(file.filename() != "solution.cpp", file.string(),
                    " is the master; reset is for a student's file");
  const auto stubs = authoring::handout_files(assignment).at(assignment.file);
  std::cout << "kept: " << keep(file).string() << '\n';
  write_file(file, stubs);
  std::cout << "written: " << file.string() << ", as it was handed out\n";
  return ExitCode::kDone;
}

const Registration kReset(
    {Room::kStudents, "reset", "Your solution's file as it was handed out; yours is kept beside it"},
    [](Command& command) {
      auto arguments = std::make_shared<ResetArguments>();
      add_assignment_option(command, arguments->assignment);
      command.option("--file", arguments->file, "The C++ file (default: the assignment's, in this folder)");
      command.footer("Example: spinlab reset 01-regression");
      command.action([arguments] { return reset(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
