#include "src/judging/rubric.h"

#include <c10/util/Exception.h>

#include <set>

#include "src/core/files.h"
#include "src/core/sha256.h"
#include "src/judging/answers/answer_key.h"
#include "src/judging/check_filter.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;

std::string missing_data(const CheckInfo& check, const HasData& has_data) {
  for (const auto& name : check.data_sets) {
    if (!has_data(name)) return name;
  }
  return "";
}

bool decides(const fs::path& file) {
  const auto ending = file.extension();
  const auto name = file.filename();
  return (ending == ".h" || ending == ".cpp" || name == "assignment.json" || name == "answer_key.json") &&
         name != "solution.cpp";
}

}  // namespace

Rubric make_rubric(const Assignment& assignment, const std::string& filter, const HasData& has_data,
                   bool allow_missing) {
  Rubric rubric;
  for (const auto& check : assignment.checks) {
    const auto missing = missing_data(check, has_data);
    if (!matches(check.name, filter)) {
      rubric.left_out.push_back({check, "left out by --filter"});
    } else if (check.answer && !has_answer_key(assignment)) {
      rubric.left_out.push_back({check, "the answer key stays with the instructor"});
    } else if (missing.empty()) {
      rubric.counted.push_back(check);
    } else {
      TORCH_CHECK_VALUE(allow_missing, check.name, " needs the data set ", missing,
                        ": run ./spinlab data fetch ", missing,
                        ", or leave such checks out with --allow-missing-data");
      rubric.left_out.push_back({check, "the data set " + missing + " is not on this machine"});
    }
  }
  TORCH_CHECK_VALUE(!rubric.counted.empty(), "no check of ", assignment.name, " is left to run (--filter ",
                    filter, ")");
  return rubric;
}

std::string rubric_sha256(const Assignment& assignment, const Rubric& rubric) {
  std::set<fs::path> files;
  for (const auto& item : fs::directory_iterator(assignment.folder)) {
    if (item.is_regular_file() && decides(item.path())) files.insert(item.path());
  }
  Sha256 hash;
  for (const auto& file : files)
    hash.update(file.filename().string() + '\n' + sha256_hex(read_file(file, kMaxBytes)) + '\n');
  for (const auto& check : rubric.counted) hash.update(check.name + '\n');
  hash.update(std::to_string(assignment.limits.check_seconds));  // the demo's differs from the file's
  return hash.hex();
}

}  // namespace spinlab::judging
