#pragma once

#include <string>

namespace spinlab::judging {

/// What a student handed in. Everything that is wrong with it is said in `problem`: the submission is then
/// unreadable.
struct Submission {
  std::string source;
  std::string answers = {};  // the text of answers.json; empty where there was none
  std::string problem = {};
  std::string submitted_at = {};  // the time of its file, or the archive's: UTC, ISO 8601; empty where unknown
};

/// Of all that it is graded by: the same submission has the same.
std::string sha256_of(const Submission& submission);

}  // namespace spinlab::judging
