#pragma once

#include <filesystem>

#include "src/judging/assignment.h"
#include "src/judging/sandbox/temporary_folder.h"
#include "src/judging/worker_files.h"

namespace spinlab::judging {

/// The files of one run. Compiler and linker see source() and write to output(); the worker sees run() alone.
class Job {
 public:
  /// Puts a copy of the frozen header in place. With `debugged`, the file that a debugger is to show, debug
  /// information is made and kept.
  explicit Job(const Assignment& assignment, std::filesystem::path debugged = {});
  const std::filesystem::path& debugged() const { return debugged_; }
  void put_submission(const std::string& text) const;

  std::filesystem::path source() const { return folder_.path() / "source"; }
  std::filesystem::path output() const { return folder_.path() / "output"; }
  std::filesystem::path run() const { return folder_.path() / "run"; }
  /// What one of several checkers and its worker need (check/checker_pool.h).
  WorkerFiles worker_files(std::size_t lane = 0) const;
  std::filesystem::path checker_log(std::size_t lane = 0) const { return log("checker", lane); }

  std::filesystem::path object() const { return output() / "student.o"; }
  std::filesystem::path linked() const { return output() / "student.so"; }
  std::filesystem::path loadable() const { return run() / "student.so"; }

  /// Moves linked() to loadable(), where the worker may read it and nobody change it.
  void release() const;

 private:
  std::filesystem::path log(const std::string& of, std::size_t lane) const {
    return folder_.path() / (of + "-" + std::to_string(lane) + ".log");
  }

  std::string prelude_, file_;
  std::filesystem::path debugged_;
  sandbox::TemporaryFolder folder_;
};

}  // namespace spinlab::judging
