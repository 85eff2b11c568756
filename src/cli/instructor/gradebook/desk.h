#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/grading/gradebook/class_results.h"

namespace spinlab::cli {

/// What each command of gradebook is told.
struct DeskArguments {
  std::string assignment;
  std::filesystem::path out;
  std::string student;  // empty: all of them
  bool json = false;
};

/// A gradebook that grade has made, and the files made from it.
struct Desk {
  /// Throws c10::ValueError where there is none.
  explicit Desk(const DeskArguments& arguments);

  grading::Grading grading() const;
  /// grades.csv, results/, junit.xml and report/, and a line that says so.
  void write_results() const;
  /// Throws c10::ValueError where neither a submission nor the roster is of that student. Empty: fits.
  void require(const std::string& student) const;

  std::filesystem::path out;
  judging::Assignment assignment;
  grading::Gradebook gradebook;
};

/// Who is at the desk, for "--by".
std::string login_name();

template <typename Arguments>
Command add_desk_command(Command& gradebook, const char* name, const char* what,
                         const std::shared_ptr<Arguments>& arguments, ExitCode (*body)(const Arguments&)) {
  auto command = gradebook.subcommand(name, what);
  add_assignment_option(command, arguments->assignment);
  command.option("--out", arguments->out, "The folder with the gradebook, as for grade").required();
  command.action([=] { return body(*arguments); });
  return command;
}

void add_gradebook_set(Command& gradebook);
void add_gradebook_show(Command& gradebook);
void add_gradebook_history(Command& gradebook);
void add_gradebook_roster(Command& gradebook);

}  // namespace spinlab::cli
