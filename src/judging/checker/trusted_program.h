#pragma once

#include <functional>
#include <string>

#include "src/judging/checker_protocol.h"

namespace spinlab::judging {

/// The main program of checkers and experiments: they are trusted, and talk to their runner by their standard
/// streams (check/settings.h). What checks themselves print goes to standard error.
class TrustedProgram {
 public:
  /// Reads the settings. Throws c10::ValueError where it was not started by a runner.
  TrustedProgram();
  const CheckerSettings& settings() const { return settings_; }
  /// The runner's next line, which comes when the submission is compiled; nothing where it wants no more.
  std::string next_request() const;
  void write(const Json& line) const;

 private:
  int output_;  // inherited by no worker
  CheckerSettings settings_;
};

}  // namespace spinlab::judging
