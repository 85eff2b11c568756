#pragma once

#include <string>
#include <vector>

#include "src/core/tolerance.h"
#include "src/judging/answers/answers.h"
#include "src/judging/verdict.h"

namespace spinlab::judging {

/// What an analytical question of the handout must be answered with. Title and points stand with the check of
/// that name.
struct ExpectedAnswer {
  std::string name;  // the check's
  std::string question;
  std::vector<double> expected;  // one number, or several
  Tolerance tolerance;
};

/// The expected answers of an assignment: its answer_key.json, which stays with the instructor.
class AnswerKey {
 public:
  AnswerKey() = default;
  /// Empty where the file is missing. Throws c10::ValueError where it lacks a check that is an answer, or has an
  /// entry that is ill-formed, repeats a name, belongs to no such check, is not finite or has no tolerance
  /// above 0.
  explicit AnswerKey(const Assignment& assignment);

  const std::vector<ExpectedAnswer>& entries() const { return entries_; }
  /// The right answers.
  Answers right() const;
  /// The results of those of `checks` that are answers (each must be an entry's), for the text of a student's
  /// answers.json, empty where none was handed in. Never throws for what a student wrote: that fails them all, and
  /// the message says why.
  std::vector<CheckResult> results(const std::vector<CheckInfo>& checks, const std::string& text) const;

 private:
  std::vector<std::string> questions_;
  std::vector<ExpectedAnswer> entries_;
};

/// Whether answer_key.json lies in the assignment's folder: not so in a student edition.
bool has_answer_key(const Assignment& assignment);

}  // namespace spinlab::judging
