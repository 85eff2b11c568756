#include "src/judging/assignment.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/files.h"
#include "src/judging/tasks.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr double kMaxSeconds = 3600;
constexpr int64_t kMaxMemoryMib = 1 << 16;

/// Names are joined to folders, so none may climb out of one.
bool is_plain(const fs::path& name) { return name.filename() == name && name != ".." && name != "."; }

std::string file_name(const Config& config, const std::string& key, const std::string& ending) {
  const auto name = text_at(config, key);
  const fs::path path = name;
  TORCH_CHECK_VALUE(is_plain(path) && path.extension() == ending && path.stem() != "solution", config.where(),
                    ": ", key, " must be a file name that ends in ", ending,
                    " (and is not the master's, solution.cpp), got \"", name, "\"");
  return name;
}

std::vector<std::string> file_names(const Config& config, const std::string& key) {
  auto names = names_at(config, key);
  for (const auto& name : names) {
    TORCH_CHECK_VALUE(is_plain(name), config.where(), ": ", key,
                      " must list file names of this folder, got \"", name, "\"");
  }
  return names;
}

std::string one_of(const Config& config, const std::string& key, const std::vector<std::string>& known) {
  const auto value = text_at(config, key);
  TORCH_CHECK_VALUE(std::find(known.begin(), known.end(), value) != known.end(), config.where(), ": unknown ",
                    key, " \"", value, "\"", did_you_mean(value, known));
  return value;
}

/// "@solve" stands for the operators that assignments/shared/forbidden.json lists under that name.
std::vector<std::string> group(const std::string& name, const std::string& where) {
  const auto file = root() / "assignments/shared/forbidden.json";
  const auto json = read_json(file);
  const Config groups(json, file.string());
  std::vector<std::string> known;
  for (const auto& item : json.items()) known.push_back(item.key());
  TORCH_CHECK_VALUE(groups.has(name), where, ": forbidden: ", file.string(), " has no group \"", name, "\"",
                    did_you_mean(name, known));
  return names_at(groups, name);
}

std::vector<std::string> parse_forbidden(const Config& config) {
  std::vector<std::string> operators;
  for (const auto& name : names_at(config, "forbidden")) {
    const auto added = name[0] == '@' ? group(name.substr(1), config.where()) : std::vector{name};
    operators.insert(operators.end(), added.begin(), added.end());
  }
  return operators;
}

Limits parse_limits(const Config& config) {
  Limits limits;
  if (!config.has("limits")) return limits;
  const auto section = config.section("limits");
  if (section.has("check_seconds")) limits.check_seconds = section.number("check_seconds", 0.1, kMaxSeconds);
  if (section.has("compile_seconds"))
    limits.compile_seconds = section.number("compile_seconds", 1, kMaxSeconds);
  if (section.has("total_seconds")) limits.total_seconds = section.number("total_seconds", 1, kMaxSeconds);
  if (section.has("memory_mib"))
    limits.memory_bytes = section.integer("memory_mib", 256, kMaxMemoryMib) << 20;
  section.expect_no_other_keys();
  return limits;
}

std::vector<std::string> starting_with(const std::string& prefix, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const auto& name : names) {
    if (name == prefix) return {name};
    if (name.rfind(prefix, 0) == 0) found.push_back(name);
  }
  return found;
}

}  // namespace

Assignment read_assignment(const fs::path& folder) {
  const auto file = folder / "assignment.json";
  const Config config(read_json(file), file.string());
  Assignment assignment;
  assignment.name = fs::weakly_canonical(folder).filename();
  assignment.folder = folder;
  assignment.title = text_at(config, "title");
  assignment.file = file_name(config, "file", ".cpp");
  assignment.header = file_name(config, "header", ".h");
  assignment.prelude = one_of(config, "prelude", {"tensor", "nn"});
  assignment.forbidden = parse_forbidden(config);
  assignment.handout = file_names(config, "handout");
  assignment.withheld = names_at(config, "withheld");
  assignment.limits = parse_limits(config);
  parse_tasks(config, assignment);
  config.expect_no_other_keys();
  return assignment;
}

std::vector<std::string> assignment_names() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(root() / "assignments", missing)) {
    if (fs::exists(entry.path() / "assignment.json")) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Assignment load_assignment(const std::string& name) {
  const auto names = assignment_names();
  const auto found = name.empty() ? std::vector<std::string>{} : starting_with(name, names);
  TORCH_CHECK_VALUE(found.size() <= 1, "\"", name, "\" could be ", found[0], " or ", found[1],
                    "; write more of it");
  TORCH_CHECK_VALUE(!found.empty(), "no assignment \"", name, "\"", did_you_mean(name, names));
  return read_assignment(root() / "assignments" / found.front());
}

}  // namespace spinlab::judging
