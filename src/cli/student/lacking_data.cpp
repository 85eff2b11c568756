#include "src/cli/student/lacking_data.h"

#include <set>

#include "src/core/called_as.h"
#include "src/judging/score.h"

namespace spinlab::cli {

std::string lacking_data(const std::vector<judging::CheckInfo>& checks) {
  std::set<std::string> sets;
  for (const auto& check : checks) sets.insert(check.data_sets.begin(), check.data_sets.end());
  std::string list, words;
  for (const auto& name : sets) {
    list += (list.empty() ? " " : ", ") + name;
    words += ' ' + name;
  }
  return std::to_string(checks.size()) + (checks.size() == 1 ? " check (" : " checks (") +
         judging::points_text(judging::points_of(checks)) + " points) that " + (checks.size() == 1 ? "needs" : "need") +
         " the data set" + (sets.size() == 1 ? "" : "s") + list + "; get " +
         (sets.size() == 1 ? "it" : "them") + " with: " + called_as() + " data fetch" + words;
}

}  // namespace spinlab::cli
