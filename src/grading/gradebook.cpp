#include "src/grading/gradebook.h"

#include <c10/util/Exception.h>

#include <charconv>
#include <ctime>

namespace spinlab::grading {
namespace {

constexpr std::int64_t kApplicationId = 0x53704C62;  // "SpLb"
constexpr std::int64_t kSchemaVersion = 1;

// `revision` grows with every recording: the largest of a student is the latest.
constexpr auto kSchema = R"(
  CREATE TABLE submissions (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    rubric_sha256 TEXT NOT NULL,
    seed TEXT NOT NULL,
    revision INTEGER NOT NULL,
    entry TEXT NOT NULL,
    verdict TEXT NOT NULL,
    detail TEXT NOT NULL,
    earned REAL,
    maximum REAL NOT NULL,
    layers TEXT NOT NULL,
    compile_seconds REAL NOT NULL,
    check_seconds REAL NOT NULL,
    attempts INTEGER NOT NULL,
    graded_at TEXT NOT NULL,
    UNIQUE (assignment, student, source_sha256, rubric_sha256, seed)
  ) STRICT;
  CREATE TABLE checks (
    submission INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    message TEXT NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (submission, position)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = 0x53704C62;
  PRAGMA user_version = 1;
)";

std::int64_t pragma(const Database& database, const char* text) {
  Statement statement(database, text);
  return statement.step() ? statement.integer() : 0;
}

std::string now() {
  const auto seconds = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::uint64_t seed_from(const std::string& text) {
  std::uint64_t seed = 0;
  std::from_chars(text.data(), text.data() + text.size(), seed);
  return seed;
}

/// The five columns of UNIQUE, in their order.
Statement& bind_key(Statement& statement, const std::string& assignment, const GradeKey& key) {
  return statement.bind(assignment)
      .bind(key.student)
      .bind(key.source_sha256)
      .bind(key.rubric_sha256)
      .bind(std::to_string(key.seed));
}

/// A row of `SELECT id, student, source_sha256, …` as in latest(), without its checks.
Grade grade_from(Statement& row) {
  Grade grade;
  grade.key.student = row.text();
  grade.key.source_sha256 = row.text();
  grade.key.rubric_sha256 = row.text();
  grade.key.seed = grade.report.seed = seed_from(row.text());
  grade.entry = row.text();
  grade.report.verdict = verdict_from(row.text());
  grade.report.detail = row.text();
  grade.score.earned = row.number();
  grade.score.maximum = row.number();
  grade.report.layers = Json::parse(row.text(), nullptr, /*allow_exceptions=*/false);
  grade.report.compile_seconds = row.number();
  grade.report.check_seconds = row.number();
  grade.attempts = static_cast<int>(row.integer());
  grade.graded_at = row.text();
  return grade;
}

}  // namespace

// One that exists is opened without the write lock: SQLite hands that to whoever asks at the right moment, and
// a run that records result after result could keep others from it for as long as it lasts.
Gradebook::Gradebook(const std::filesystem::path& file, std::string assignment)
    : file_(file), assignment_(std::move(assignment)), database_(file) {
  database_.run("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
  if (is_empty()) create();
  require_ours();
}

bool Gradebook::is_empty() const { return pragma(database_, "SELECT count(*) FROM sqlite_schema") == 0; }

void Gradebook::create() {
  database_.use_write_ahead_log();
  Transaction transaction(database_);
  if (is_empty()) database_.run(kSchema);  // unless another program was faster
  transaction.commit();
}

void Gradebook::require_ours() const {
  const Snapshot snapshot(database_);
  TORCH_CHECK_VALUE(pragma(database_, "PRAGMA application_id") == kApplicationId, file_.string(),
                    ": is a database, but no gradebook of Spinlab; give --out another folder");
  const auto version = pragma(database_, "PRAGMA user_version");
  TORCH_CHECK_VALUE(version == kSchemaVersion, file_.string(), ": has version ", version,
                    " of the gradebook, this Spinlab reads version ", kSchemaVersion, "; update Spinlab");
  Statement check(database_, "PRAGMA quick_check(1)");
  const auto state = check.step() ? check.text() : "";
  TORCH_CHECK_VALUE(state == "ok", file_.string(), ": is corrupt (", state,
                    "); restore it from a backup or move it away and grade again");
  Statement other(database_, "SELECT assignment FROM submissions WHERE assignment <> ? LIMIT 1");
  if (other.bind(assignment_).step()) {
    TORCH_CHECK_VALUE(false, file_.string(), ": is the gradebook of ", other.text(), ", not of ", assignment_,
                      "; give --out another folder");
  }
}

bool Gradebook::holds(const GradeKey& key) const {
  Statement statement(database_, R"(
    SELECT 1 FROM submissions WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ?
      AND seed = ? AND verdict <> ?)");
  return bind_key(statement, assignment_, key).bind(to_string(Verdict::kInfrastructureFailure)).step();
}

void Gradebook::record(const Grade& grade) {
  Transaction transaction(database_);
  Statement remove(database_, R"(
    DELETE FROM submissions WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ?
      AND seed = ?)");
  bind_key(remove, assignment_, grade.key).step();
  insert_checks(insert(grade), grade.report);
  transaction.commit();
}

std::int64_t Gradebook::insert(const Grade& grade) {
  const auto& report = grade.report;
  Statement statement(database_, R"(
    INSERT INTO submissions (assignment, student, source_sha256, rubric_sha256, seed, revision, entry, verdict, detail,
                             earned, maximum, layers, compile_seconds, check_seconds, attempts, graded_at)
    VALUES (?, ?, ?, ?, ?, (SELECT 1 + coalesce(max(revision), 0) FROM submissions), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  bind_key(statement, assignment_, grade.key)
      .bind(grade.entry)
      .bind(to_string(report.verdict))
      .bind(report.detail);
  if (report.verdict == Verdict::kInfrastructureFailure)
    statement.bind_null();
  else
    statement.bind(grade.score.earned);
  statement.bind(grade.score.maximum).bind(report.layers.dump()).bind(report.compile_seconds);
  statement.bind(report.check_seconds).bind(std::int64_t{grade.attempts}).bind(now()).step();
  return database_.last_row();
}

void Gradebook::insert_checks(std::int64_t submission, const Report& report) {
  std::int64_t position = 0;
  for (const auto& check : report.checks) {
    Statement statement(database_, "INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?)");
    statement.bind(submission).bind(position++).bind(check.name).bind(to_string(check.outcome));
    statement.bind(check.message).bind(check.seconds).step();
  }
}

bool Gradebook::is_latest(const GradeKey& key) const {
  Statement statement(database_, R"(
    SELECT 1 FROM submissions AS s
      WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ? AND seed = ? AND revision =
            (SELECT max(revision) FROM submissions AS t WHERE t.assignment = s.assignment AND t.student = s.student))");
  return bind_key(statement, assignment_, key).step();
}

void Gradebook::touch(const GradeKey& key) {
  if (is_latest(key)) return;
  Transaction transaction(database_);
  Statement statement(database_, R"(
    UPDATE submissions SET revision = (SELECT 1 + max(revision) FROM submissions)
      WHERE assignment = ? AND student = ? AND source_sha256 = ? AND rubric_sha256 = ? AND seed = ?)");
  bind_key(statement, assignment_, key).step();
  transaction.commit();
}

std::vector<Grade> Gradebook::latest() const {
  const Snapshot snapshot(database_);
  Statement rows(database_, R"(
    SELECT id, student, source_sha256, rubric_sha256, seed, entry, verdict, detail, coalesce(earned, 0), maximum, layers,
           compile_seconds, check_seconds, attempts, graded_at
      FROM submissions AS s
      WHERE assignment = ? AND revision =
            (SELECT max(revision) FROM submissions AS t WHERE t.assignment = s.assignment AND t.student = s.student)
      ORDER BY student)");
  rows.bind(assignment_);
  std::vector<Grade> grades;
  while (rows.step()) {
    const auto id = rows.integer();
    grades.push_back(grade_from(rows));
    grades.back().report.checks = checks(id);
  }
  return grades;
}

std::vector<CheckResult> Gradebook::checks(std::int64_t submission) const {
  Statement rows(database_,
                 "SELECT name, outcome, message, seconds FROM checks WHERE submission = ? ORDER BY position");
  rows.bind(submission);
  std::vector<CheckResult> results;
  while (rows.step()) {
    auto name = rows.text();
    const auto outcome = outcome_from(rows.text());
    auto message = rows.text();
    results.push_back({std::move(name), outcome, std::move(message), rows.number()});
  }
  return results;
}

}  // namespace spinlab::grading
