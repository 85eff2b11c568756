#pragma once

#include <memory>
#include <optional>
#include <string>

#include "src/judging/checker_protocol.h"
#include "src/judging/checker/promise.h"
#include "src/judging/checker/worker.h"

namespace spinlab::judging {

/// The check that runs now: its worker (a child forked at its first call), its clock, and how it ended if the
/// worker decided that. One at a time in a process.
class RunningCheck {
 public:
  /// `name` gives the worker's random numbers their stream.
  RunningCheck(Worker& worker, std::string name, std::uint64_t seed, const CheckLimits& limits);
  ~RunningCheck();

  /// See call_student. Functions among the arguments are called back before it returns.
  Message call(const std::string& function, const char* contract, const Message& arguments);

  struct End {
    Outcome outcome = Outcome::kFailed;
    std::string why;
    bool worker_lost = false;    // not the child but its parent went: perhaps not the submission's fault
    bool machine_fault = false;  // no child could be started
  };
  /// Keeps the first end and throws it.
  [[noreturn]] void end(End end);
  const std::optional<End>& ended() const { return end_; }

  /// The one that runs; c10::Error where a student's function is called outside of a check.
  static RunningCheck& current();

 private:
  void start_child();
  Message exchange(const std::string& function, const Message& arguments, const Promise& promise);
  Message answer_calls_back(const Message& arguments, const Promise& promise);
  Message open(const std::string& function, Message reply);
  End diagnose(const std::string& function);
  End out_of_time(const std::string& function, const std::string& how) const;

  Worker& worker_;
  WorkerOrder order_;
  CheckLimits limits_;
  Deadline deadline_;
  std::optional<Socket> socket_;
  bool called_back_ = false;  // while a function of the check's own runs on the worker's behalf
  std::optional<End> end_;
};

}  // namespace spinlab::judging
