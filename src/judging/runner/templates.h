#pragma once

#include <memory>

#include "src/judging/compile/build_folder.h"
#include "src/judging/compile/compile_server.h"
#include "src/judging/runner/checker_client.h"

namespace spinlab::judging {

/// What waits for submissions to one assignment: the folder that a submission is built in, and processes that have
/// loaded what takes long to start and never met a submission: its checker's (or experiment's) outside of the
/// sandbox, the worker's inside, and, where several submissions are to come, the compiler's. What a
/// submission meets are their children, one submission at a time.
class Templates {
 public:
  /// `program`: "01-regression-checker". Starts checker and worker and does not wait for them. Throws as
  /// require_program.
  Templates(const Assignment& assignment, const std::string& program);

  const BuildFolder& folder() const { return folder_; }
  /// Ends checker and worker with all their children, and starts new ones.
  void restart();
  /// Whether one of the two is gone, and not just a child of theirs.
  bool have_ended() const { return checker_->has_ended() || worker_->has_ended(); }
  /// Where it does not run yet; `patience` as for CompileServer.
  void start_compiler(std::chrono::milliseconds patience);
  /// Null where none was started.
  CompileServer* compiler() { return compiler_ ? &*compiler_ : nullptr; }

  /// A fresh checker with a fresh worker; several may live at a time, all for the same submission.
  std::unique_ptr<CheckerClient> new_checker(std::uint64_t seed, const CheckLimits& limits, std::size_t place = 0);

 private:
  const Assignment assignment_;
  const std::string program_;
  BuildFolder folder_;
  std::unique_ptr<ForkTemplate> checker_, worker_;
  std::optional<CompileServer> compiler_;
};

}  // namespace spinlab::judging
