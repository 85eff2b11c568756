#include "src/judging/tasks.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace spinlab::judging {
namespace {

constexpr double kMaxPoints = 1000;

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

std::string joined(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

/// Numbers of tasks: 8, or [5, 7, 8].
std::vector<std::string> numbers_at(const Config& config, const std::string& key) {
  const auto& value = config.at(key);
  std::vector<std::string> numbers;
  for (const auto& item : value.is_array() ? value : Json::array({value})) {
    TORCH_CHECK_VALUE(item.is_number_unsigned() && item > 0 && item < 100, config.where(), ": ", key,
                      " must be the number of a task or a list of such, got ", value.dump());
    numbers.push_back(item.dump());
  }
  TORCH_CHECK_VALUE(!numbers.empty(), config.where(), ": ", key,
                    " is empty; write a number or remove the key");
  return numbers;
}

Stochastic parse_stochastic(const Config& config) {
  constexpr int64_t kMaxRuns = 25;
  constexpr double kMaxRate = 1e-3;  // in a class of 300 with ten such checks, three
  Stochastic stochastic;
  stochastic.runs = static_cast<int>(config.integer("runs", 1, kMaxRuns));
  stochastic.majority =
      static_cast<int>(config.integer("majority", stochastic.runs / 2 + 1, stochastic.runs));
  stochastic.false_failures = config.number("false_failures", 0, kMaxRate);
  config.expect_no_other_keys();
  return stochastic;
}

CheckInfo parse_check(const Config& config) {
  CheckInfo check;
  check.name = config.get<std::string>("name");
  TORCH_CHECK_VALUE(is_check_name(check.name), config.where(),
                    ": name must be a GoogleTest name Suite.Test, got \"", check.name, "\"");
  check.title = text_at(config, "title");
  check.hint = text_at(config, "hint");
  check.points = config.number("points", 0, kMaxPoints);
  check.hidden = config.get_or<bool>("hidden", false);
  check.answer = config.get_or<bool>("answer", false);
  check.data_sets = names_at(config, "data_sets");
  if (config.has("stochastic")) check.stochastic = parse_stochastic(config.section("stochastic"));
  config.expect_no_other_keys();
  const bool plain = !check.hidden && check.data_sets.empty() && !config.has("stochastic");
  TORCH_CHECK_VALUE(!check.answer || plain, config.where(),
                    ": an answer is neither hidden nor stochastic nor needs data; remove those keys");
  return check;
}

/// The order in which checks are shown.
int rank(const CheckInfo& check) { return check.answer ? 2 : check.hidden ? 1 : 0; }

/// Reads the tasks one by one.
class Parser {
 public:
  explicit Parser(Assignment& assignment) : assignment_(assignment) {}

  void add(const Config& config) {
    Task task{joined(numbers_at(config, "number"), ", "), text_at(config, "title"),
              names_at(config, "functions")};
    TORCH_CHECK_VALUE(!has_task(task.number), config.where(), ": a second task ", task.number,
                      "; give it a number of its own");
    const auto needs = config.has("needs") ? checks_of(numbers_at(config, "needs"), config.where()) : "";
    int questions = 0, index = 0;
    for (const auto& item : config.get<Json::array_t>("checks")) {
      const auto where = config.where() + ": checks[" + std::to_string(index++) + "]";
      auto check = parse_check(Config(item, where));
      check.task = task.number;
      check.title =
          task.number + (check.answer ? "." + std::to_string(++questions) : ".") + " " + check.title;
      if (!check.answer) check.needs = needs;
      TORCH_CHECK_VALUE(names_.insert(check.name).second, where, ": the check ", check.name,
                        " is listed twice; remove one");
      assignment_.checks.push_back(std::move(check));
    }
    config.expect_no_other_keys();
    assignment_.tasks.push_back(std::move(task));
  }

 private:
  bool has_task(const std::string& number) const {
    return std::any_of(assignment_.tasks.begin(), assignment_.tasks.end(),
                       [&](const Task& task) { return task.number == number; });
  }

  /// GoogleTest's pattern of the checks of earlier tasks.
  std::string checks_of(const std::vector<std::string>& numbers, const std::string& where) const {
    std::vector<std::string> names;
    for (const auto& number : numbers) {
      TORCH_CHECK_VALUE(has_task(number), where, ": needs the task ", number,
                        ", which does not stand before it");
      for (const auto& check : assignment_.checks)
        if (check.task == number) names.push_back(check.name);
    }
    return joined(names, ":");
  }

  Assignment& assignment_;
  std::set<std::string> names_;
};

}  // namespace

std::string text_at(const Config& config, const std::string& key) {
  auto value = config.get<std::string>(key);
  TORCH_CHECK_VALUE(!value.empty(), config.where(), ": ", key, " is empty; write it");
  return value;
}

std::vector<std::string> names_at(const Config& config, const std::string& key) {
  std::vector<std::string> names;
  for (const auto& item : config.get_or<Json::array_t>(key, {})) {
    TORCH_CHECK_VALUE(item.is_string() && !item.get<std::string>().empty(), config.where(), ": ", key,
                      " must be a list of names, got ", item.dump());
    names.push_back(item.get<std::string>());
  }
  return names;
}

void parse_tasks(const Config& config, Assignment& assignment) {
  Parser parser(assignment);
  for (const auto& item : config.get<Json::array_t>("tasks"))
    parser.add(Config(item, config.where() + ": tasks[" + std::to_string(assignment.tasks.size()) + "]"));
  TORCH_CHECK_VALUE(!assignment.checks.empty(), config.where(),
                    ": the tasks have no checks; list at least one");
  std::stable_sort(assignment.checks.begin(), assignment.checks.end(),
                   [](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

}  // namespace spinlab::judging
