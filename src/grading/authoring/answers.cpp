#include "src/grading/authoring/answers.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spinlab::grading {
namespace {

constexpr double kMaxTolerance = 1e6;

std::vector<double> parse_expected(const Config& config) {
  const auto& value = config.at("expected");
  std::vector<double> numbers;
  for (const auto& item : value.is_array() ? value : Json::array({value})) {
    TORCH_CHECK_VALUE(item.is_number() && std::isfinite(item.get<double>()), config.where(),
                      ": expected must be a finite number or a list of them, got ", value.dump());
    numbers.push_back(item.get<double>());
  }
  TORCH_CHECK_VALUE(!numbers.empty(), config.where(), ": expected is empty; write the answer");
  return numbers;
}

double tolerance(const Config& config, const std::string& key) {
  return config.has(key) ? config.number(key, 0, kMaxTolerance) : 0;
}

bool has_hidden_check(const Assignment& assignment, const std::string& name) {
  const auto asks = [&](const CheckInfo& check) { return check.hidden && check.name == name; };
  return std::any_of(assignment.checks.begin(), assignment.checks.end(), asks);
}

Answer parse(const Config& config) {
  Answer answer;
  answer.name = config.get<std::string>("name");
  answer.question = config.get<std::string>("question");
  answer.expected = parse_expected(config);
  answer.tolerance = rtol(tolerance(config, "relative")) + atol(tolerance(config, "absolute"));
  config.expect_no_other_keys();
  TORCH_CHECK_VALUE(!answer.question.empty(), config.where(), ": question must say something");
  TORCH_CHECK_VALUE(answer.tolerance.relative > 0 || answer.tolerance.absolute > 0, config.where(),
                    ": relative or absolute must be above 0: nobody types all digits");
  return answer;
}

}  // namespace

std::vector<Answer> load_answers(const Assignment& assignment) {
  const auto file = assignment.folder / "answers.json";
  if (!std::filesystem::exists(file)) return {};
  const auto json = read_json(file);
  TORCH_CHECK_VALUE(json.is_array(), file.string(), ": expected a list of answers");
  std::vector<Answer> answers;
  std::set<std::string> names;
  for (const auto& item : json) {
    const auto where = file.string() + ": [" + std::to_string(answers.size()) + "]";
    answers.push_back(parse(Config(item, where)));
    TORCH_CHECK_VALUE(has_hidden_check(assignment, answers.back().name), where,
                      ": name must be that of a hidden check, got \"", answers.back().name, "\"");
    TORCH_CHECK_VALUE(names.insert(answers.back().name).second, where, ": a second answer ",
                      answers.back().name, "; rename it");
  }
  return answers;
}

}  // namespace spinlab::grading
