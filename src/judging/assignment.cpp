#include "src/judging/assignment.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr double kMaxPoints = 1000;
constexpr double kMaxSeconds = 3600;
constexpr int64_t kMaxMemoryMib = 1 << 16;

bool is_word(std::string_view text) {
  const auto word_char = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), word_char);
}

/// GoogleTest's "Suite.Test", no parametrised ones: the name is also a key of the gradebook and of reports.
bool is_check_name(std::string_view name) {
  const auto dot = name.find('.');
  return dot != std::string_view::npos && is_word(name.substr(0, dot)) && is_word(name.substr(dot + 1));
}

std::vector<std::string> strings(const Config& config, const std::string& key) {
  std::vector<std::string> result;
  for (const auto& item : config.get_or<Json::array_t>(key, {})) {
    TORCH_CHECK_VALUE(item.is_string() && !item.get<std::string>().empty(), config.where(), ": ", key,
                      " must be a list of names, got ", item.dump());
    result.push_back(item.get<std::string>());
  }
  return result;
}

std::string text(const Config& config, const std::string& key) {
  auto value = config.get<std::string>(key);
  TORCH_CHECK_VALUE(!value.empty(), config.where(), ": ", key, " is empty; write it");
  return value;
}

/// Names are joined to folders, so none may climb out of one.
bool is_plain(const fs::path& name) { return name.filename() == name && name != ".." && name != "."; }

std::string file_name(const Config& config, const std::string& key, const std::string& ending) {
  const auto name = text(config, key);
  const fs::path path = name;
  TORCH_CHECK_VALUE(is_plain(path) && path.extension() == ending && path.stem() != "solution", config.where(),
                    ": ", key, " must be a file name that ends in ", ending,
                    " (and is not the master's, solution.cpp), got \"", name, "\"");
  return name;
}

std::vector<std::string> file_names(const Config& config, const std::string& key) {
  auto names = strings(config, key);
  for (const auto& name : names) {
    TORCH_CHECK_VALUE(is_plain(name), config.where(), ": ", key,
                      " must list file names of this folder, got \"", name, "\"");
  }
  return names;
}

std::string one_of(const Config& config, const std::string& key, const std::vector<std::string>& known) {
  const auto value = text(config, key);
  TORCH_CHECK_VALUE(std::find(known.begin(), known.end(), value) != known.end(), config.where(), ": unknown ",
                    key, " \"", value, "\"", did_you_mean(value, known));
  return value;
}

Stochastic parse_stochastic(const Config& config) {
  constexpr int64_t kMaxRuns = 25;
  constexpr double kMaxRate = 1e-3;  // in a class of 300 with ten such checks, three
  Stochastic stochastic;
  stochastic.runs = static_cast<int>(config.integer("runs", 1, kMaxRuns));
  stochastic.majority = static_cast<int>(config.integer("majority", stochastic.runs / 2 + 1, stochastic.runs));
  stochastic.false_failures = config.number("false_failures", 0, kMaxRate);
  config.expect_no_other_keys();
  return stochastic;
}

CheckInfo parse_check(const Config& config) {
  CheckInfo check;
  check.name = config.get<std::string>("name");
  TORCH_CHECK_VALUE(is_check_name(check.name), config.where(),
                    ": name must be a GoogleTest name Suite.Test, got \"", check.name, "\"");
  check.title = text(config, "title");
  check.hint = text(config, "hint");
  check.points = config.number("points", 0, kMaxPoints);
  check.hidden = config.get_or<bool>("hidden", false);
  check.answer = config.get_or<bool>("answer", false);
  check.data_sets = strings(config, "data_sets");
  if (config.has("stochastic")) check.stochastic = parse_stochastic(config.section("stochastic"));
  check.needs = config.get_or<std::string>("needs", "");
  config.expect_no_other_keys();
  const bool plain =
      !check.hidden && check.data_sets.empty() && check.needs.empty() && !config.has("stochastic");
  TORCH_CHECK_VALUE(!check.answer || plain, config.where(),
                    ": an answer is neither hidden nor stochastic nor needs anything; remove those keys");
  return check;
}

std::vector<CheckInfo> parse_checks(const Config& config) {
  std::vector<CheckInfo> checks;
  std::set<std::string> names;
  for (const auto& item : config.get<Json::array_t>("checks")) {
    const auto where = config.where() + ": checks[" + std::to_string(checks.size()) + "]";
    checks.push_back(parse_check(Config(item, where)));
    TORCH_CHECK_VALUE(names.insert(checks.back().name).second, where, ": the check ", checks.back().name,
                      " is listed twice; remove one");
  }
  TORCH_CHECK_VALUE(!checks.empty(), config.where(), ": checks is empty; list at least one");
  return checks;
}

Limits parse_limits(const Config& config) {
  Limits limits;
  if (!config.has("limits")) return limits;
  const auto section = config.section("limits");
  if (section.has("check_seconds")) limits.check_seconds = section.number("check_seconds", 0.1, kMaxSeconds);
  if (section.has("compile_seconds"))
    limits.compile_seconds = section.number("compile_seconds", 1, kMaxSeconds);
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
  assignment.title = text(config, "title");
  assignment.file = file_name(config, "file", ".cpp");
  assignment.header = file_name(config, "header", ".h");
  assignment.prelude = one_of(config, "prelude", {"tensor", "nn"});
  assignment.forbidden = strings(config, "forbidden");
  assignment.handout = file_names(config, "handout");
  assignment.withheld = strings(config, "withheld");
  assignment.limits = parse_limits(config);
  assignment.checks = parse_checks(config);
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
