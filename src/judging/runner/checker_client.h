#pragma once

#include <functional>
#include <string>

#include "src/judging/checker_protocol.h"
#include "src/judging/fork_template.h"
#include "src/judging/sandbox/memory_group.h"

namespace spinlab::judging {

/// The runner's side of one submission's checker: a child of the checker's template, with a worker of its own. It is ours and
/// trusted, but it may still fail.
class CheckerClient {
 public:
  /// Asks both templates, which must outlive it, for a child. What the checker says about itself goes to `log`.
  /// Throws c10::Error where a template has ended.
  CheckerClient(ForkTemplate& checker, ForkTemplate& worker, CheckerSettings settings,
                const std::filesystem::path& log);
  ~CheckerClient();
  CheckerClient(const CheckerClient&) = delete;
  CheckerClient& operator=(const CheckerClient&) = delete;

  /// Whether its worker waits for the submission, or does within `seconds`. Throws as run() does.
  bool is_ready(double seconds);
  /// Runs the checks that are asked for and hands over each reply as it comes. Throws c10::Error where the checker
  /// ends early or says nothing for longer than a check may take.
  void run(const CheckRequest& request, const std::function<void(const CheckReply&)>& on_reply);
  /// What an experiment returns. Throws c10::ValueError with the student's error where one ended it.
  Json experiment();

  /// Ends it; false where it was not waiting for a request: then its worker may have processes left.
  bool end();

 private:
  void write_line(const std::string& line);
  std::string read_line();
  Json read_reply();

  std::optional<sandbox::TemporaryMemoryGroup> group_{std::in_place};  // of the worker, while it lives
  ForkTemplate &checkers_, &workers_;
  std::size_t checker_ = 0, worker_ = 0;  // children of these
  double silence_seconds_;
  std::filesystem::path log_;
  sandbox::Descriptor channel_;
  std::string unread_;
  bool ready_ = false;
  bool busy_ = false;  // between a request and its last reply
};

}  // namespace spinlab::judging
