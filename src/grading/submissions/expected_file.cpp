#include "src/grading/submissions/expected_file.h"

#include <c10/util/Exception.h>

#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

constexpr size_t kShown = 5;

std::string joined(const std::vector<std::string>& paths, size_t count) {
  std::string text;
  for (const auto& path : paths) text += (text.empty() ? "" : ", ") + one_line(path, 80);
  return count > paths.size() ? text + " and " + std::to_string(count - paths.size()) + " more" : text;
}

}  // namespace

bool ExpectedFile::add(const std::string& path) {
  const bool match = path.substr(path.find_last_of("/\\") + 1) == expected_;
  auto& list = match ? matches_ : others_;
  if (list.size() < kShown) list.push_back(path);
  ++(match ? match_count_ : other_count_);
  return match;
}

void ExpectedFile::require_one() const {
  TORCH_CHECK_VALUE(match_count_ <= 1, "holds ", match_count_, " files named ", expected_, " (",
                    joined(matches_, match_count_),
                    "); hand in one. Where it is a whole class's, unpack it first");
  TORCH_CHECK_VALUE(match_count_ == 1, "holds no ", expected_, ", found ",
                    other_count_ == 0 ? "nothing" : joined(others_, other_count_), "; name the file ",
                    expected_);
}

}  // namespace spinlab::grading
