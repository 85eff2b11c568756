#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::judging {

/// How a submission ended. An infrastructure failure is ours: never a zero, always tried again. Missing is what
/// reports say of an enrolled student who handed nothing in; it is never recorded.
enum class Verdict {
  kGraded,
  kCompileError,
  kCrashed,
  kTimedOut,
  kOverMemory,
  kForbiddenOperation,
  kUnreadableSubmission,
  kInfrastructureFailure,
  kMissing,
};

/// How one check ended. Anything but kPassed earns nothing; kNotRun where its data set is not on this
/// machine.
enum class Outcome { kPassed, kFailed, kCrashed, kTimedOut, kOverMemory, kNotRun };

std::string to_string(Verdict verdict);
std::string to_string(Outcome outcome);
/// The inverse; throws c10::ValueError for another word.
Verdict verdict_from(const std::string& word);
Outcome outcome_from(const std::string& word);

struct CheckResult {
  std::string name;  // GoogleTest's: "FitRidge.MatchesTheCertifiedNorrisCoefficients"
  Outcome outcome = Outcome::kNotRun;
  std::string message = {};  // why not passed: first difference, signal, limit
  double seconds = 0;
  int runs = 1;    // with a seed each
  int passes = 0;  // of them; neither is kept in a gradebook
};

/// One submission against one assignment.
struct Report {
  Verdict verdict = Verdict::kInfrastructureFailure;
  std::string
      detail;  // compiler output cut to the student's lines, the forbidden names, what failed on our side
  std::vector<CheckResult> checks;
  std::uint64_t seed = 0;
  Json layers;  // the sandbox's layers that held, by name
  double compile_seconds = 0;
  double check_seconds = 0;
};

}  // namespace spinlab::judging
