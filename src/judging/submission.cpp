#include "src/judging/submission.h"

#include "src/core/sha256.h"

namespace spinlab::judging {

std::string sha256_of(const Submission& submission) {
  auto text = submission.source + submission.problem;
  // Source code holds no NUL. Gradebooks know submissions without answers by the hash of their source alone.
  if (!submission.answers.empty()) text += '\0' + submission.answers;
  return sha256_hex(text);
}

}  // namespace spinlab::judging
