#include "src/grading/lms/match.h"

#include <cctype>
#include <map>
#include <set>

#include "src/core/pattern.h"
#include "src/grading/submissions/submissions.h"

namespace spinlab::grading {
namespace {

using Index = std::map<std::string, std::set<std::size_t>>;  // a key, the people who have it

std::string folded(const std::string& text) {
  auto key = text.empty() ? text : file_name_from(text);
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

Index index_of(const std::vector<Person>& people, std::vector<std::string> Person::* keys) {
  Index index;
  for (std::size_t i = 0; i < people.size(); ++i) {
    for (const auto& key : people[i].*keys) {
      if (!key.empty()) index[folded(key)].insert(i);
    }
  }
  return index;
}

/// The LMS's number of a student in a bulk download's name; empty where there is none. The end of such a name
/// is the student's own choice: Canvas's number stands before it, and a second number of Moodle's form is no
/// number at all.
std::string number_in(const std::string& student) {
  static const Pattern canvas("^[^_]+_(LATE_)?([0-9]+)_[0-9]+_");
  static const Pattern moodle("_([0-9]+)_assignsubmission_");
  if (const auto found = canvas.first(student); !found.empty()) return found[2];
  const auto found = moodle.all(student);
  return found.size() == 1 ? found[0][1] : "";
}

std::set<std::size_t> found_in(const Index& index, const std::string& key) {
  const auto found = index.find(folded(key));
  return found == index.end() || key.empty() ? std::set<std::size_t>() : found->second;
}

/// A bulk download's number says more than the rest of its name, an id more than a name.
std::set<std::size_t> candidates(const Index& ids, const Index& names, const std::string& student) {
  const auto number = number_in(student);
  if (!number.empty()) return found_in(ids, number);
  const auto by_id = found_in(ids, student);
  return by_id.empty() ? found_in(names, student) : by_id;
}

}  // namespace

Matches match_students(const std::vector<Person>& people, const std::vector<std::string>& students) {
  const auto ids = index_of(people, &Person::ids);
  const auto names = index_of(people, &Person::names);
  Matches matches;
  std::map<std::size_t, std::vector<std::size_t>> claims;
  for (std::size_t student = 0; student < students.size(); ++student) {
    const auto people_found = candidates(ids, names, students[student]);
    if (people_found.size() == 1)
      claims[*people_found.begin()].push_back(student);
    else
      (people_found.empty() ? matches.unknown : matches.ambiguous).push_back(student);
  }
  matches.student_of.resize(people.size());
  for (const auto& [person, claimants] : claims) {
    if (claimants.size() == 1)
      matches.student_of[person] = claimants.front();
    else
      matches.ambiguous.insert(matches.ambiguous.end(), claimants.begin(), claimants.end());
  }
  return matches;
}

}  // namespace spinlab::grading
