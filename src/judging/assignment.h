#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::judging {

/// How often a check runs that a right solution may fail by chance: it passes where `majority` of `runs`
/// seeds do.
struct Stochastic {
  int runs = 1;
  int majority = 1;
  double false_failures = 0;  // the largest probability that the master does not pass; validate measures it
};

/// One entry of assignment.json's "tasks": what a student is asked for.
struct Task {
  std::string number;                  // "8"; "5, 7, 8" where its checks join the results of several
  std::string title;                   // its section's in README.md: "The lasso by coordinate descent"
  std::vector<std::string> functions;  // to write for it, as in calls.h
};

/// One entry of a task's "checks". The test itself stands in checks.cpp or, where hidden, in one of hidden_check_files;
/// an answer's is a comparison with answer_key.json.
struct CheckInfo {
  std::string name;   // "FitRidge.MatchesTheCertifiedNorrisCoefficients"
  std::string title;  // as it is shown, with its number: "8. The lasso meets its conditions", "10.1 Degrees
                      // of freedom"
  std::string hint;
  double points = 0;
  bool hidden = false;
  std::vector<std::string> data_sets = {};  // catalog names that it cannot run without
  std::string needs = {};  // GoogleTest's pattern of the checks to pass first: a failure here then says
                           // nothing new. Or empty
  Stochastic stochastic = {};
  bool answer = false;    // to an analytical question: given in answers.json, graded without any code
  std::string task = {};  // the number of the one that it belongs to

  /// Whether students see how it comes out before they hand in.
  bool visible() const { return !hidden && !answer; }
};

/// What a submission may use. Each check runs in a worker of its own.
struct Limits {
  double check_seconds = 10;  // of processor time; CheckLimits (checker_protocol.h) says what that is on the clock
  double compile_seconds = 60;
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  double total_seconds = 300;  // on the clock, of all checks together
  std::int64_t source_bytes = 1 << 20;
};

struct Assignment {
  std::string name;  // "01-regression", the folder's name
  std::filesystem::path folder;
  std::string title;
  std::string file;     // what a student hands in: "regression.cpp"
  std::string header;   // the frozen interface: "regression.h"
  std::string prelude;  // "tensor" or "nn"
  std::vector<std::string>
      forbidden;  // LibTorch operators, dispatcher names: "linalg_lstsq"; groups written out
  std::vector<std::string> handout;  // more files of the folder that students get: "experiment.py"
  std::vector<std::string>
      withheld;  // files of the project that would answer it: "models/estimators/ridge.cpp"
  std::vector<Task> tasks;
  std::vector<CheckInfo>
      checks;  // of all tasks: first the visible ones, then the hidden ones, then the answers
  Limits limits;
};

/// By name or by a prefix that only one has ("01"). Throws c10::ValueError naming the nearest where there is
/// none, or the key at fault in its assignment.json.
Assignment load_assignment(const std::string& name);
/// The folders below root()/assignments that hold an assignment.json, sorted.
std::vector<std::string> assignment_names();
/// The assignment in `folder`, wherever it lies: a handed-out copy, a test's. The format is described in
/// docs/authoring.md. Throws c10::ValueError at the first key that is missing, unknown, of another type or
/// impossible.
Assignment read_assignment(const std::filesystem::path& folder);

}  // namespace spinlab::judging
