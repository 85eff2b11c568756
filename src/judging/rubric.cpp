#include "src/judging/rubric.h"

#include <c10/util/Exception.h>

#include <map>

#include "src/core/called_as.h"
#include "src/core/files.h"
#include "src/core/sha256.h"
#include "src/judging/answers/answer_key.h"
#include "src/judging/check_files.h"
#include "src/judging/check_filter.h"
#include "src/judging/includes.h"

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

/// Whether a reached header's source counts as well: where it makes what a check draws, expects or compares.
/// The rest of src/ says how a check is run, not what it asks.
bool source_counts(const std::string& header) {
  const auto is_in = [&](const char* room) { return header.starts_with(room); };
  return is_in("assignments/") || is_in("datasets/sets/") || is_in("src/physics/") ||
         is_in("src/core/seed.") || is_in("src/core/compare.");
}

/// What the checks are made of: their files and, one by another, all that these include of this project. Each
/// by a name that does not depend on where the project lies.
class Ingredients {
 public:
  explicit Ingredients(const Assignment& assignment)
      : folder_(fs::weakly_canonical(assignment.folder)), root_(fs::weakly_canonical(root())) {
    for (const auto* name : kDeciding) add(folder_ / name);
    for (const auto& file : hidden_check_files(folder_)) add(file);
    add(folder_ / assignment.header);
  }
  const std::map<std::string, std::string>& texts() const { return texts_; }

 private:
  static constexpr auto kDeciding = {"assignment.json", "answer_key.json", "checks.cpp", "calls.h"};

  std::string name_of(const fs::path& file) const {
    const auto own = file.lexically_relative(folder_);
    return *own.begin() == ".." ? file.lexically_relative(root_) : own;
  }

  void add(const fs::path& file) {
    if (!fs::is_regular_file(file)) return;
    const auto [kept, is_new] = texts_.try_emplace(name_of(file));
    if (!is_new) return;
    kept->second = read_file(file, kMaxBytes);
    for (const auto& name : quoted_includes(kept->second))
      if (const auto included = included_file(file, name)) add(*included);
    const auto path = file.lexically_relative(root_).string();
    if (file.extension() == ".h" && source_counts(path)) add(fs::path(file).replace_extension(".cpp"));
  }

  fs::path folder_, root_;
  std::map<std::string, std::string> texts_;
};

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
      TORCH_CHECK_VALUE(allow_missing, check.name, " needs the data set ", missing, ": run ", called_as(),
                        " data fetch ", missing, ", or leave such checks out with --allow-missing-data");
      rubric.left_out.push_back({check, "the data set " + missing + " is not on this machine"});
    }
  }
  TORCH_CHECK_VALUE(!rubric.counted.empty(), "no check of ", assignment.name, " is left to run (--filter ",
                    filter, ")");
  return rubric;
}

std::string rubric_sha256(const Assignment& assignment, const Rubric& rubric) {
  Sha256 hash;
  const Ingredients ingredients(assignment);
  for (const auto& [name, text] : ingredients.texts()) hash.update(name + '\n' + sha256_hex(text) + '\n');
  for (const auto& check : rubric.counted) hash.update(check.name + '\n');
  for (const auto& name : assignment.forbidden) hash.update(name + '\n');  // shared groups written out
  hash.update(std::to_string(assignment.limits.check_seconds));  // the demo's differs from the file's
  return hash.hex();
}

}  // namespace spinlab::judging
