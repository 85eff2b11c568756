#pragma once

#include <memory>
#include <optional>
#include <string>

#include "src/judging/checker_protocol.h"
#include "src/judging/checker/first_call.h"
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
  Message call(const std::string& function, const char* contract, const Message& arguments, bool repeatable);

  /// At the check's end: asks once more for what it called first. Another answer ends the check as failed. That there is no
  /// time left for it means nothing.
  void call_again();
  /// See not_called_again.
  void never_again() { may_call_again_ = false; }

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
  using CallBack = std::function<Message(Message request)>;

  void start_child();
  /// The worker's answer to a call; until it comes, its calls of functions among the arguments go to `call_back`.
  Message exchange(const std::string& function, const Message& call, const CallBack& call_back);
  Message answer_calls_back(const CallBack& call_back);
  void repeat_first_call();
  Message open(const std::string& function, Message reply);
  End diagnose(const std::string& function);
  End out_of_time(const std::string& function, const std::string& how) const;

  Worker& worker_;
  WorkerOrder order_;
  CheckLimits limits_;
  Deadline deadline_;
  std::optional<Socket> socket_;
  bool called_back_ = false;  // while a function of the check's own runs on the worker's behalf
  bool may_call_again_ = true;
  std::optional<FirstCall> first_;
  std::optional<End> end_;
};

}  // namespace spinlab::judging
