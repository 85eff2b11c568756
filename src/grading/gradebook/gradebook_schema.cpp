#include "src/grading/gradebook/gradebook_schema.h"

#include <c10/util/Exception.h>

namespace spinlab::grading {
namespace {

constexpr std::int64_t kApplicationId = 0x53704C62;  // "SpLb"
constexpr std::int64_t kSchemaVersion = 3;

// Order is said by numbers, never by clocks: the largest `revision` of a student is the submission that counts, the
// largest `revision` of that submission's results its latest result. A result of a regrade counts once that has
// ended, for all students at the same moment, and as long as it is not undone.
constexpr auto kSchema = R"(
  CREATE TABLE sources (
    sha256 TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    answers TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE seeds (assignment TEXT PRIMARY KEY, seed TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE submissions (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    revision INTEGER NOT NULL,
    entry TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    UNIQUE (assignment, student, source_sha256)
  ) STRICT;
  CREATE TABLE regrades (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rubric_sha256 TEXT NOT NULL,
    seed TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    ended_at TEXT,
    undone_at TEXT
  ) STRICT;
  CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    rubric_sha256 TEXT NOT NULL,
    seed TEXT NOT NULL,
    regrade INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    detail TEXT NOT NULL,
    earned REAL,
    maximum REAL NOT NULL,
    layers TEXT NOT NULL,
    compile_seconds REAL NOT NULL,
    check_seconds REAL NOT NULL,
    attempts INTEGER NOT NULL,
    graded_at TEXT NOT NULL,
    UNIQUE (submission, rubric_sha256, seed, regrade)
  ) STRICT;
  CREATE TABLE checks (
    result INTEGER NOT NULL REFERENCES results (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    message TEXT NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (result, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE roster (
    student TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    lms_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE adjustments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    student TEXT NOT NULL,
    item TEXT NOT NULL,
    value TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    made_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX results_by_revision ON results (submission, revision);
  CREATE INDEX submissions_by_revision ON submissions (assignment, student, revision);
  CREATE VIEW counted AS
    SELECT * FROM results WHERE regrade = 0
      OR regrade IN (SELECT id FROM regrades WHERE ended_at IS NOT NULL AND undone_at IS NULL);
  CREATE VIEW latest AS
    SELECT r.id AS result, s.assignment, s.student, s.source_sha256, r.rubric_sha256, r.seed, s.entry, s.submitted_at,
           r.verdict, r.detail, r.earned, r.maximum, r.layers, r.compile_seconds, r.check_seconds, r.attempts, r.graded_at
      FROM submissions AS s JOIN counted AS r ON r.submission = s.id
      WHERE s.revision = (SELECT max(revision) FROM submissions AS t
                            WHERE t.assignment = s.assignment AND t.student = s.student)
        AND r.revision = (SELECT max(revision) FROM counted AS c WHERE c.submission = s.id);
  PRAGMA application_id = 0x53704C62;
  PRAGMA user_version = 3;
)";

constexpr auto kSetVersionOneAside = R"(
  ALTER TABLE submissions RENAME TO old_submissions;
  ALTER TABLE checks RENAME TO old_checks;
)";

// Version 1 kept no source text, and had one table for what is now submissions and results.
constexpr auto kTakeOverVersionOne = R"(
  INSERT INTO submissions (assignment, student, source_sha256, revision, entry, submitted_at)
    SELECT assignment, student, source_sha256, max(revision), entry, '' FROM old_submissions
      GROUP BY assignment, student, source_sha256;
  INSERT INTO results
    SELECT o.id, s.id, o.rubric_sha256, o.seed, 0, o.revision, o.verdict, o.detail, o.earned, o.maximum, o.layers,
           o.compile_seconds, o.check_seconds, o.attempts, o.graded_at
      FROM old_submissions AS o JOIN submissions AS s USING (assignment, student, source_sha256);
  INSERT INTO checks SELECT * FROM old_checks;
  DROP TABLE old_checks;
  DROP TABLE old_submissions;
)";

// A gradebook goes on with the seed of its last result.
constexpr auto kTakeOverSeed = R"(
  INSERT INTO seeds SELECT assignment, seed FROM submissions JOIN results ON submission = submissions.id
    ORDER BY results.revision DESC LIMIT 1;
)";

// Version 2 knew no answers.json, and no seed of its own.
constexpr auto kFromVersionTwo = R"(
  ALTER TABLE sources ADD COLUMN answers TEXT NOT NULL DEFAULT '';
  CREATE TABLE seeds (assignment TEXT PRIMARY KEY, seed TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 3;
)";

std::int64_t pragma(const Database& database, const char* text) {
  Statement statement(database, text);
  return statement.step() ? statement.integer() : 0;
}

bool is_empty(const Database& database) {
  return pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
}

std::int64_t version_of(const Database& database) { return pragma(database, "PRAGMA user_version"); }

void create(Database& database) {
  database.use_write_ahead_log();
  Transaction transaction(database);
  if (is_empty(database)) database.run(kSchema);  // unless another program was faster
  transaction.commit();
}

void migrate(Database& database) {
  Transaction transaction(database);
  if (version_of(database) == kSchemaVersion) return;  // another program was faster
  if (version_of(database) == 1) {
    database.run(kSetVersionOneAside);
    database.run(kSchema);
    database.run(kTakeOverVersionOne);
  } else {
    database.run(kFromVersionTwo);
  }
  database.run(kTakeOverSeed);
  transaction.commit();
}

void require_gradebook(const Database& database, const std::string& name) {
  const Snapshot snapshot(database);
  TORCH_CHECK_VALUE(pragma(database, "PRAGMA application_id") == kApplicationId, name,
                    ": is a database, but no gradebook of Spinlab; give --out another folder");
  const auto version = version_of(database);
  TORCH_CHECK_VALUE(version >= 1 && version <= kSchemaVersion, name, ": has version ", version,
                    " of the gradebook, this Spinlab reads up to version ", kSchemaVersion,
                    "; update Spinlab");
  Statement check(database, "PRAGMA quick_check(1)");
  const auto state = check.step() ? check.text() : "";
  TORCH_CHECK_VALUE(state == "ok", name, ": is corrupt (", state,
                    "); restore it from a backup or move it away and grade again");
}

}  // namespace

// One that is up to date is opened without the write lock: SQLite hands that to whoever asks at the right moment,
// and a run that records result after result could keep others from it for as long as it lasts.
void prepare_gradebook(Database& database, const std::string& name) {
  if (is_empty(database)) create(database);
  require_gradebook(database, name);
  if (version_of(database) < kSchemaVersion) migrate(database);
}

}  // namespace spinlab::grading
