#include "src/grading/gradebook/gradebook.h"
#include "src/core/utc_time.h"

namespace spinlab::grading {

std::int64_t Gradebook::begin_regrade(const std::string& rubric_sha256, std::uint64_t seed) {
  Transaction transaction(database_);
  Statement open(database_, R"(
    SELECT id FROM regrades WHERE rubric_sha256 = ? AND seed = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1)");
  if (open.bind(rubric_sha256).bind(std::to_string(seed)).step()) return open.integer();
  Statement begin(database_, "INSERT INTO regrades (rubric_sha256, seed, begun_at) VALUES (?, ?, ?)");
  begin.bind(rubric_sha256).bind(std::to_string(seed)).bind(utc_now()).step();
  transaction.commit();
  return database_.last_row();
}

bool Gradebook::holds(std::int64_t regrade, const GradeKey& key) const {
  Statement statement(database_, R"(
    SELECT 1 FROM submissions AS s JOIN results AS r ON r.submission = s.id
      WHERE assignment = ? AND student = ? AND source_sha256 = ? AND regrade = ? AND verdict <> ?)");
  statement.bind(assignment_).bind(key.student).bind(key.source_sha256).bind(regrade);
  return statement.bind(to_string(judging::Verdict::kInfrastructureFailure)).step();
}

void Gradebook::record(std::int64_t regrade, const Grade& grade) {
  Transaction transaction(database_);
  insert(regrade, grade);
  transaction.commit();
}

void Gradebook::end_regrade(std::int64_t regrade) {
  Statement end(database_, "UPDATE regrades SET ended_at = ? WHERE id = ?");
  end.bind(utc_now()).bind(regrade).step();
}

bool Gradebook::undo_regrade() {
  Statement undo(database_, R"(
    UPDATE regrades SET undone_at = ? WHERE id =
      (SELECT max(id) FROM regrades WHERE ended_at IS NOT NULL AND undone_at IS NULL) RETURNING id)");
  const bool undone = undo.bind(utc_now()).step();
  while (undone && undo.step()) {
  }
  return undone;
}

}  // namespace spinlab::grading
