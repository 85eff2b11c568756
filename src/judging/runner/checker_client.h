#pragma once

#include <functional>
#include <memory>
#include <string>

#include "src/judging/checker_protocol.h"
#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

/// The runner's side of a checker process. It is ours and trusted, but it may still fail.
class Checker {
 public:
  /// Starts NAME-checker beside this program, which starts its worker. What it says about itself goes to
  /// `log`.
  Checker(const std::string& assignment, const CheckerSettings& settings, const std::filesystem::path& log);

  /// Whether its worker waits for the submission, or does within `seconds`. Throws as run() does.
  bool is_ready(double seconds);
  /// Runs the checks that are asked for and hands over each line as it comes. Throws c10::Error where the checker
  /// ends early or says nothing for longer than a check may take.
  void run(const CheckRequest& request, const std::function<void(const CheckReply&)>& on_line);
  /// What an experiment returns. Throws c10::ValueError with the student's error where one ended it.
  Json experiment();

 private:
  void write_line(const std::string& line);
  std::string read_line();
  Json read_answer();
  std::string complaint() const;

  double silence_seconds_;
  std::filesystem::path log_;
  sandbox::Descriptor to_, from_;
  std::string unread_;
  bool ready_ = false;
  std::unique_ptr<sandbox::Process> process_;
};

}  // namespace spinlab::judging
