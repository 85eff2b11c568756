#pragma once

#include <filesystem>

#include "src/judging/assignment.h"
#include "src/judging/sandbox/temporary_folder.h"
#include "src/judging/worker_files.h"

namespace spinlab::judging {

/// The files of a run, or of several, one after the other. Compiler and linker see source() and write to output(); the
/// worker sees run() alone.
class BuildFolder {
 public:
  /// Puts a copy of the frozen header in place. With `debugged`, the file that a debugger is to show, debug
  /// information is made and kept.
  explicit BuildFolder(const Assignment& assignment, std::filesystem::path debugged = {});
  const std::filesystem::path& debugged() const { return debugged_; }
  void put_submission(const std::string& text) const;
  /// Made anew: what the compiler is given where the submission comes by another way, or to see that it works.
  std::filesystem::path empty_file() const;

  std::filesystem::path source() const { return folder_.path() / "source"; }
  std::filesystem::path output() const { return folder_.path() / "output"; }
  std::filesystem::path run() const { return folder_.path() / "run"; }
  WorkerFiles worker_files() const;
  /// Where a process of the grader's says what went wrong with itself.
  std::filesystem::path log(const std::string& of) const { return folder_.path() / (of + ".log"); }

  std::filesystem::path object() const { return output() / "student.o"; }
  std::filesystem::path linked() const { return output() / "student.so"; }
  std::filesystem::path loadable() const { return run() / "student.so"; }

  /// See TemporaryFolder.
  void leave_to_next_program() const { folder_.leave_to_next_program(); }

  /// Removes what the submission before and the programs that built it left.
  void clear() const;

  /// Moves linked() to loadable(), where the worker may read it and nobody change it.
  void release() const;

 private:
  std::string prelude_, file_;
  std::filesystem::path debugged_;
  sandbox::TemporaryFolder folder_;
};

}  // namespace spinlab::judging
