#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "src/grading/gradebook/adjustments.h"
#include "src/grading/gradebook/roster.h"
#include "src/judging/score.h"
#include "src/grading/gradebook/sqlite.h"
#include "src/judging/submission.h"
#include "src/judging/verdict.h"

namespace spinlab::grading {

/// What a result depends on. The same key is not graded twice, but by a regrade.
struct GradeKey {
  std::string student;
  std::string source_sha256;  // of what was handed in (sha256_of)
  std::string rubric_sha256;  // of the assignment's files and of which checks count
  std::uint64_t seed = 0;
};

/// A student's result as the gradebook has it.
struct Grade {
  GradeKey key;
  std::string entry;         // where the submission lay
  std::string submitted_at;  // UTC, ISO 8601: the submission's file time; empty where unknown
  bool superseded = false;   // to be recorded behind all that the student handed in otherwise
  judging::Report report;
  judging::Score checks_score;  // what the gradebook records
  judging::Score score;         // with all that `breakdown` says: what the gradebook gives, and what reports show
  Breakdown breakdown;
  int attempts = 1;
  std::string graded_at;  // UTC, ISO 8601
};

/// An infrastructure failure is none.
bool has_result(const Grade& grade);

/// One assignment's results in one SQLite file (write-ahead log): each result whole in one transaction, so
/// that a run that was killed goes on where it stopped. Nothing that was recorded is overwritten, but a
/// machine's failure by a result.
class Gradebook {
 public:
  /// Opens or makes it; one of an earlier Spinlab is brought up to date. Throws c10::ValueError for a file that
  /// is no gradebook, is corrupt, comes from a newer Spinlab or belongs to another assignment; c10::Error where
  /// it cannot be written.
  Gradebook(const std::filesystem::path& file, std::string assignment);

  /// Whether this key has a result that counts. An infrastructure failure is none.
  bool holds(const GradeKey& key) const;
  /// Records a result and, where it was readable, the submission that it is of. That becomes its student's
  /// latest, unless it is superseded: whichever is recorded first, the other one counts.
  void record(const Grade& grade, const judging::Submission& submission = {});
  /// The latest result of each student that handed something in, by name, with adjustments.
  std::vector<Grade> latest() const;
  /// Makes the key's result the latest again where it is not: it was handed in anew and need not be graded
  /// again. Keeps the submission where an earlier Spinlab did not.
  void touch(const GradeKey& key, const judging::Submission& submission = {});
  /// What was handed in, source and answers; none where it was unreadable or an earlier Spinlab recorded it.
  std::optional<judging::Submission> submission(const std::string& sha256) const;

  /// The seed that was proposed first: that of runs that do not say another one.
  std::uint64_t seed(std::uint64_t proposed);

  /// The regrade by this rubric and seed that was begun and not ended, else a new one. Its results count, all
  /// at once, from its end on.
  std::int64_t begin_regrade(const std::string& rubric_sha256, std::uint64_t seed);
  bool holds(std::int64_t regrade, const GradeKey& key) const;
  void record(std::int64_t regrade, const Grade& grade);
  void end_regrade(std::int64_t regrade);
  /// Takes the last regrade that counts back, all at once; false where there is none.
  bool undo_regrade();

  /// Adds to the history; of a student's item the last value counts. Throws c10::ValueError for one that does
  /// not fit (require_valid).
  void adjust(const std::vector<Adjustment>& adjustments);
  /// All that were ever made, in their order; of one student and the class where `student` is given.
  std::vector<Adjustment> history(const std::string& student = "") const;

  /// Takes the place of the roster before, with what it says of students. Results of those who are no longer on
  /// it stay.
  void enrol(const std::vector<Enrolled>& roster, const std::vector<Adjustment>& adjustments = {});
  std::vector<Enrolled> roster() const;

 private:
  void require_same_assignment() const;
  bool is_latest(const GradeKey& key) const;
  void make_latest(const GradeKey& key, const std::string& submitted_at);
  std::int64_t hand_in(const Grade& grade);
  void keep(const std::string& sha256, const judging::Submission& submission);
  void insert(std::int64_t regrade, const Grade& grade);
  void insert(const std::vector<Adjustment>& adjustments);
  void insert_checks(std::int64_t result, const judging::Report& report);
  std::vector<judging::CheckResult> checks(std::int64_t result) const;

  std::filesystem::path file_;
  std::string assignment_;
  Database database_;
};

}  // namespace spinlab::grading
