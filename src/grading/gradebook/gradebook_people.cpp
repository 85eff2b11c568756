#include "src/grading/gradebook/gradebook.h"
#include "src/core/utc_time.h"

namespace spinlab::grading {

void Gradebook::adjust(const std::vector<Adjustment>& adjustments) {
  Transaction transaction(database_);
  insert(adjustments);
  transaction.commit();
}

void Gradebook::insert(const std::vector<Adjustment>& adjustments) {
  for (const auto& adjustment : adjustments) {
    require_valid(adjustment, Adjusted(history()));
    Statement insert(database_,
                     "INSERT INTO adjustments (student, item, value, who, why, made_at) VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(adjustment.student).bind(adjustment.item).bind(adjustment.value);
    insert.bind(adjustment.who).bind(adjustment.why).bind(utc_now()).step();
  }
}

std::vector<Adjustment> Gradebook::history(const std::string& student) const {
  Statement rows(database_, R"(
    SELECT student, item, value, who, why, made_at FROM adjustments WHERE ?1 = '' OR student IN ('', ?1) ORDER BY id)");
  rows.bind(student);
  std::vector<Adjustment> adjustments;
  while (rows.step()) {
    Adjustment adjustment;
    for (auto* field : {&adjustment.student, &adjustment.item, &adjustment.value, &adjustment.who,
                        &adjustment.why, &adjustment.made_at})
      *field = rows.text();
    adjustments.push_back(std::move(adjustment));
  }
  return adjustments;
}

void Gradebook::enrol(const std::vector<Enrolled>& roster, const std::vector<Adjustment>& adjustments) {
  Transaction transaction(database_);
  database_.run("DELETE FROM roster");
  for (const auto& student : roster) {
    Statement insert(database_, "INSERT INTO roster VALUES (?, ?, ?, ?)");
    insert.bind(student.student).bind(student.name).bind(student.email).bind(student.lms_id).step();
  }
  insert(adjustments);
  transaction.commit();
}

std::vector<Enrolled> Gradebook::roster() const {
  Statement rows(database_, "SELECT student, name, email, lms_id FROM roster ORDER BY student");
  std::vector<Enrolled> roster;
  while (rows.step()) {
    Enrolled student;
    for (auto* field : {&student.student, &student.name, &student.email, &student.lms_id})
      *field = rows.text();
    roster.push_back(std::move(student));
  }
  return roster;
}

}  // namespace spinlab::grading
