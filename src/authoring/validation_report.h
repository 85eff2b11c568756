#pragma once

#include "src/authoring/samples.h"
#include "src/authoring/validate.h"

namespace spinlab::authoring {

/// A submission that an assignment is tried with: the master or a variant with a seed, the stubs, a mutant or
/// a sample.
struct Trial {
  std::string name;
  judging::Submission submission;
  std::uint64_t seed = 0;
  std::string filter = "*";  // a mutant runs the checks that must catch it and no others
  bool is_master = false;
  judging::Report report = {};  // once it has run
};

/// Writes into a Validation what the trials say of the assignment.
class ValidationReport {
 public:
  /// `assignment` has the checks that ran, each of `validation.checks`. Both must outlive it.
  ValidationReport(const judging::Assignment& assignment, Validation& validation)
      : checks_(assignment.checks), limits_(assignment.limits), validation_(validation) {}

  void master(const Trial& trial);
  /// Of stochastic checks, and how long it took, once all masters are judged.
  void rates();
  /// Of the stubs and trivial submissions.
  void nothing_earned(const Trial& trial);
  void variant(const std::string& name, const Trial& trial);
  void mutant(const Mutant& mutant, const Trial& trial);
  void sample(const Sample& sample, const Trial& trial);
  /// The checks that no mutant so far was caught by.
  void note_untested();

 private:
  void not_checked(const Trial& trial);
  void problem(std::string text) { validation_.problems.push_back(std::move(text)); }

  const std::vector<judging::CheckInfo>& checks_;
  const judging::Limits& limits_;
  Validation& validation_;
  double slowest_master_ = 0;  // seconds
};

}  // namespace spinlab::authoring
