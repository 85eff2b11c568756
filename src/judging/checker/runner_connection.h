#pragma once

#include <functional>
#include <string>

#include "src/judging/checker_protocol.h"
#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

/// A trusted program's side of what it and its runner say to each other (checker_protocol.h), for one submission.
class RunnerConnection {
 public:
  /// Reads the settings. Throws c10::ValueError where none come.
  RunnerConnection(sandbox::Descriptor channel, sandbox::Descriptor worker);
  const CheckerSettings& settings() const { return settings_; }
  /// The control socket of the submission's worker (worker/control.h). Once.
  sandbox::Descriptor take_worker() { return std::move(worker_); }
  /// The runner's next line; nothing where it wants no more.
  std::string next_request();
  void write(const Json& line) const;

 private:
  sandbox::Descriptor channel_, worker_;
  std::string unread_;
  CheckerSettings settings_;
};

/// The main program of checkers and experiments, a template that descriptor 3 connects with a runner (sandbox/fork_server.h):
/// for each submission a child runs `serve`. What it prints goes to that submission's log. Throws c10::ValueError
/// where no runner started it.
void serve_runner(const std::function<void(RunnerConnection&)>& serve);

}  // namespace spinlab::judging
