#pragma once

#include <string>
#include <vector>

namespace spinlab::grading {

/// Collects what lies in a submission, of which exactly one file must have the expected name.
class ExpectedFile {
 public:
  explicit ExpectedFile(std::string expected) : expected_(std::move(expected)) {}

  /// `path` as found, with / or \ between folders. True where it is the expected one.
  bool add(const std::string& path);
  /// Throws c10::ValueError naming what was found where none or several have the expected name.
  void require_one() const;

 private:
  std::string expected_;
  std::vector<std::string> matches_;
  std::vector<std::string> others_;  // the first few
  std::size_t match_count_ = 0;
  std::size_t other_count_ = 0;
};

}  // namespace spinlab::grading
