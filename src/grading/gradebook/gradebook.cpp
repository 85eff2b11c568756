#include "src/grading/gradebook/gradebook.h"

#include <c10/util/Exception.h>

#include <charconv>

#include "src/grading/gradebook/gradebook_schema.h"
#include "src/core/utc_time.h"

namespace spinlab::grading {
namespace {

std::uint64_t seed_from(const std::string& text) {
  std::uint64_t seed = 0;
  std::from_chars(text.data(), text.data() + text.size(), seed);
  return seed;
}

/// assignment, student and source_sha256, then rubric_sha256 and seed.
Statement& bind_key(Statement& statement, const std::string& assignment, const GradeKey& key) {
  return statement.bind(assignment)
      .bind(key.student)
      .bind(key.source_sha256)
      .bind(key.rubric_sha256)
      .bind(std::to_string(key.seed));
}

/// A row of `SELECT result, student, source_sha256, …` as in latest(), without its checks.
Grade grade_from(Statement& row) {
  Grade grade;
  grade.key.student = row.text();
  grade.key.source_sha256 = row.text();
  grade.key.rubric_sha256 = row.text();
  grade.key.seed = grade.report.seed = seed_from(row.text());
  grade.entry = row.text();
  grade.submitted_at = row.text();
  grade.report.verdict = judging::verdict_from(row.text());
  grade.report.detail = row.text();
  grade.checks_score.earned = row.number();
  grade.checks_score.maximum = row.number();
  grade.report.layers = Json::parse(row.text(), nullptr, /*allow_exceptions=*/false);
  grade.report.compile_seconds = row.number();
  grade.report.check_seconds = row.number();
  grade.attempts = static_cast<int>(row.integer());
  grade.graded_at = row.text();
  return grade;
}

}  // namespace

bool has_result(const Grade& grade) { return grade.report.verdict != judging::Verdict::kInfrastructureFailure; }

Gradebook::Gradebook(const std::filesystem::path& file, std::string assignment)
    : file_(file), assignment_(std::move(assignment)), database_(file) {
  database_.run("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
  prepare_gradebook(database_, file_.string());
  require_same_assignment();
}

void Gradebook::require_same_assignment() const {
  Statement other(database_, "SELECT assignment FROM submissions WHERE assignment <> ? LIMIT 1");
  if (other.bind(assignment_).step()) {
    TORCH_CHECK_VALUE(false, file_.string(), ": is the gradebook of ", other.text(), ", not of ", assignment_,
                      "; give --out another folder");
  }
}

bool Gradebook::holds(const GradeKey& key) const {
  Statement statement(database_, R"(
    SELECT 1 FROM submissions AS s JOIN counted AS r ON r.submission = s.id
      WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ? AND seed = ? AND verdict <> ?)");
  return bind_key(statement, assignment_, key).bind(to_string(judging::Verdict::kInfrastructureFailure)).step();
}

void Gradebook::record(const Grade& grade, const judging::Submission& submission) {
  Transaction transaction(database_);
  keep(grade.key.source_sha256, submission);
  insert(0, grade);
  if (!grade.superseded) make_latest(grade.key, grade.submitted_at);
  transaction.commit();
}

void Gradebook::keep(const std::string& sha256, const judging::Submission& submission) {
  if (submission.source.empty()) return;
  Statement insert(database_, "INSERT OR IGNORE INTO sources (sha256, source, answers) VALUES (?, ?, ?)");
  insert.bind(sha256).bind(submission.source).bind(submission.answers).step();
}

std::uint64_t Gradebook::seed(std::uint64_t proposed) {
  Statement(database_, "INSERT OR IGNORE INTO seeds VALUES (?, ?)").bind(assignment_).bind(std::to_string(proposed)).step();
  Statement kept(database_, "SELECT seed FROM seeds WHERE assignment = ?");
  kept.bind(assignment_).step();
  return seed_from(kept.text());
}

std::optional<judging::Submission> Gradebook::submission(const std::string& sha256) const {
  Statement statement(database_, "SELECT source, answers FROM sources WHERE sha256 = ?");
  if (!statement.bind(sha256).step()) return std::nullopt;
  judging::Submission submission{statement.text()};
  submission.answers = statement.text();
  return submission;
}

/// The submission's row, made where there is none: behind the student's others.
std::int64_t Gradebook::hand_in(const Grade& grade) {
  const auto& key = grade.key;
  Statement insert(database_, R"(
    INSERT OR IGNORE INTO submissions (assignment, student, source_sha256, revision, entry, submitted_at)
      VALUES (?1, ?2, ?3, coalesce((SELECT min(revision) - 1 FROM submissions WHERE assignment = ?1 AND student = ?2),
                                   (SELECT 1 + coalesce(max(revision), 0) FROM submissions)), ?4, ?5))");
  insert.bind(assignment_).bind(key.student).bind(key.source_sha256);
  insert.bind(grade.entry).bind(grade.submitted_at).step();
  Statement find(database_,
                 "SELECT id FROM submissions WHERE assignment = ? AND student = ? AND source_sha256 = ?");
  find.bind(assignment_).bind(key.student).bind(key.source_sha256).step();
  return find.integer();
}

void Gradebook::insert(std::int64_t regrade, const Grade& grade) {
  const auto& [key, report] = std::tie(grade.key, grade.report);
  const auto submission = hand_in(grade);
  const auto seed = std::to_string(key.seed);
  Statement remove(database_,
                   "DELETE FROM results WHERE submission = ? AND rubric_sha256 = ? AND seed = ? AND regrade = ?");
  remove.bind(submission).bind(key.rubric_sha256).bind(seed).bind(regrade).step();
  Statement statement(database_, R"(
    INSERT INTO results (submission, rubric_sha256, seed, regrade, revision, verdict, detail, earned, maximum, layers,
                         compile_seconds, check_seconds, attempts, graded_at)
    VALUES (?, ?, ?, ?, (SELECT 1 + coalesce(max(revision), 0) FROM results), ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  statement.bind(submission).bind(key.rubric_sha256).bind(seed).bind(regrade);
  statement.bind(to_string(report.verdict)).bind(report.detail);
  if (report.verdict == judging::Verdict::kInfrastructureFailure)
    statement.bind_null();
  else
    statement.bind(grade.checks_score.earned);
  statement.bind(grade.checks_score.maximum).bind(report.layers.dump()).bind(report.compile_seconds);
  statement.bind(report.check_seconds).bind(std::int64_t{grade.attempts}).bind(utc_now()).step();
  insert_checks(database_.last_row(), report);
}

void Gradebook::insert_checks(std::int64_t result, const judging::Report& report) {
  std::int64_t position = 0;
  for (const auto& check : report.checks) {
    Statement statement(database_, "INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?)");
    statement.bind(result).bind(position++).bind(check.name).bind(to_string(check.outcome));
    statement.bind(check.message).bind(check.seconds).step();
  }
}

bool Gradebook::is_latest(const GradeKey& key) const {
  Statement statement(database_, R"(
    SELECT 1 FROM latest WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ? AND seed = ?)");
  return bind_key(statement, assignment_, key).step();
}

/// Where another one is the latest; handed in anew, it has a new time.
void Gradebook::make_latest(const GradeKey& key, const std::string& submitted_at) {
  Statement update(database_, R"(
    UPDATE submissions SET revision = (SELECT 1 + max(revision) FROM submissions), submitted_at = ?4
      WHERE assignment = ?1 AND student = ?2 AND source_sha256 = ?3
        AND revision < (SELECT max(revision) FROM submissions WHERE assignment = ?1 AND student = ?2))");
  update.bind(assignment_).bind(key.student).bind(key.source_sha256).bind(submitted_at).step();
}

void Gradebook::touch(const GradeKey& key, const judging::Submission& handed_in) {
  if (!submission(key.source_sha256)) keep(key.source_sha256, handed_in);
  if (is_latest(key)) return;
  Transaction transaction(database_);
  make_latest(key, handed_in.submitted_at);
  Statement result(database_, R"(
    UPDATE results SET revision = (SELECT 1 + max(revision) FROM results) WHERE id =
      (SELECT max(r.id) FROM submissions AS s JOIN counted AS r ON r.submission = s.id
         WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ? AND seed = ?))");
  bind_key(result, assignment_, key).step();
  transaction.commit();
}

std::vector<Grade> Gradebook::latest() const {
  const Snapshot snapshot(database_);
  const Adjusted adjusted(history());
  Statement rows(database_, R"(
    SELECT result, student, source_sha256, rubric_sha256, seed, entry, submitted_at, verdict, detail,
           coalesce(earned, 0), maximum, layers, compile_seconds, check_seconds, attempts, graded_at
      FROM latest WHERE assignment = ? ORDER BY student)");
  rows.bind(assignment_);
  std::vector<Grade> grades;
  while (rows.step()) {
    const auto id = rows.integer();
    auto grade = grade_from(rows);
    grade.report.checks = checks(id);
    grade.breakdown = adjusted.breakdown(grade.key.student, grade.checks_score.earned, grade.submitted_at);
    grade.score = {grade.breakdown.total(), grade.checks_score.maximum + adjusted.written_maximum()};
    grades.push_back(std::move(grade));
  }
  return grades;
}

std::vector<judging::CheckResult> Gradebook::checks(std::int64_t result) const {
  Statement rows(database_,
                 "SELECT name, outcome, message, seconds FROM checks WHERE result = ? ORDER BY position");
  rows.bind(result);
  std::vector<judging::CheckResult> results;
  while (rows.step()) {
    auto name = rows.text();
    const auto outcome = judging::outcome_from(rows.text());
    auto message = rows.text();
    results.push_back({std::move(name), outcome, std::move(message), rows.number()});
  }
  return results;
}

}  // namespace spinlab::grading
