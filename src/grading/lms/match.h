#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::grading {

/// What an LMS calls one person: ids, each of which only this person has (login, number, e-mail address), and
/// names, which count where no id is found and nobody else has that name.
struct Person {
  std::vector<std::string> ids;
  std::vector<std::string> names;
};

/// The gradebook's students beside the LMS's people, by their indices.
struct Matches {
  std::vector<std::optional<std::size_t>> student_of;  // one a person
  std::vector<std::size_t> unknown;                    // students whom the LMS does not have
  std::vector<std::size_t> ambiguous;  // students who could be two people, or two of whom are one
};

/// Matches the names under which submissions were graded. Upper and lower case are alike, and what cannot
/// stand in a file name counts as file_name_from makes it. A submission from a bulk download is known by the
/// LMS's own number in its name: Canvas's "noetheremmy_LATE_1234_5678_regression", Moodle's "Emmy
/// Noether_1234_assignsubmission_file".
Matches match_students(const std::vector<Person>& people, const std::vector<std::string>& students);

}  // namespace spinlab::grading
