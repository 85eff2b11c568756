#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/grading/score.h"
#include "src/grading/sqlite.h"
#include "src/grading/verdict.h"

namespace spinlab::grading {

/// What a result depends on. The same key is not graded twice.
struct GradeKey {
  std::string student;
  std::string source_sha256;  // of what was handed in
  std::string rubric_sha256;  // of the assignment's files and of which checks count
  std::uint64_t seed = 0;
};

/// A student's result as the gradebook has it.
struct Grade {
  GradeKey key;
  std::string entry;  // where the submission lay
  Report report;
  Score score;
  int attempts = 1;
  std::string graded_at;  // UTC, ISO 8601
};

/// One assignment's results in one SQLite file (write-ahead log): each result whole in one transaction, so
/// that a run that was killed goes on where it stopped.
class Gradebook {
 public:
  /// Opens or makes it. Throws c10::ValueError for a file that is no gradebook, is corrupt, comes from a
  /// newer Spinlab or belongs to another assignment; c10::Error where it cannot be written.
  Gradebook(const std::filesystem::path& file, std::string assignment);

  /// Whether this key has a result. An infrastructure failure is none.
  bool holds(const GradeKey& key) const;
  /// Replaces what the key had.
  void record(const Grade& grade);
  /// The latest result of each student, by name.
  std::vector<Grade> latest() const;
  /// Makes the key's result the latest again where it is not: it was handed in anew and need not be graded
  /// again.
  void touch(const GradeKey& key);

 private:
  bool is_empty() const;
  void create();
  void require_ours() const;
  bool is_latest(const GradeKey& key) const;
  std::int64_t insert(const Grade& grade);
  void insert_checks(std::int64_t submission, const Report& report);
  std::vector<CheckResult> checks(std::int64_t submission) const;

  std::filesystem::path file_;
  std::string assignment_;
  Database database_;
};

}  // namespace spinlab::grading
