#include "src/judging/answers/answer_key.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace spinlab::judging {
namespace {

constexpr auto kKeyFile = "answer_key.json";
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

ExpectedAnswer parse(const Config& config) {
  ExpectedAnswer answer;
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

std::vector<std::string> names_of_answers(const Assignment& assignment) {
  std::vector<std::string> names;
  for (const auto& check : assignment.checks) {
    if (check.answer) names.push_back(check.name);
  }
  return names;
}

std::string in_words(const std::vector<double>& numbers) {
  std::ostringstream text;
  text.precision(10);
  for (std::size_t i = 0; i < numbers.size(); ++i) text << (i == 0 ? "" : ", ") << numbers[i];
  return text.str();
}

/// Empty where the answer is right. It never says what would have been: others may still be at work.
std::string mistake_in(const std::vector<double>& given, const ExpectedAnswer& answer) {
  const auto& expected = answer.expected;
  if (given.size() != expected.size())
    return std::to_string(expected.size()) + " numbers are asked for, got " + std::to_string(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!difference(given[i], expected[i], answer.tolerance).empty()) return in_words(given) + " is not the answer";
  }
  return "";
}

}  // namespace

bool has_answer_key(const Assignment& assignment) {
  return std::filesystem::exists(assignment.folder / kKeyFile);
}

AnswerKey::AnswerKey(const Assignment& assignment) : questions_(question_names(assignment.checks)) {
  if (!has_answer_key(assignment)) return;
  TORCH_CHECK_VALUE(std::set(questions_.begin(), questions_.end()).size() == questions_.size(),
                    assignment.folder.string(), ": two answers have one name behind the dot; rename one");
  auto open = names_of_answers(assignment);
  const auto file = assignment.folder / kKeyFile;
  const auto json = read_json(file);
  TORCH_CHECK_VALUE(json.is_array(), file.string(), ": expected a list of answers");
  for (const auto& item : json) {
    const auto where = file.string() + ": [" + std::to_string(entries_.size()) + "]";
    entries_.push_back(parse(Config(item, where)));
    TORCH_CHECK_VALUE(std::erase(open, entries_.back().name) == 1, where,
                      ": name must be that of a check with \"answer\": true, each once, got \"",
                      entries_.back().name, "\"");
  }
  TORCH_CHECK_VALUE(open.empty(), file.string(), ": has no answer to ", open.front(), "; add it");
}

Answers AnswerKey::right() const {
  Answers answers;
  for (const auto& entry : entries_) answers[question_name(entry.name)] = entry.expected;
  return answers;
}

std::vector<CheckResult> AnswerKey::results(const std::vector<CheckInfo>& checks, const std::string& text) const {
  std::string problem;
  Answers answers;
  try {
    if (text.empty()) problem = "was not handed in, or is empty";
    if (!text.empty()) answers = parse_answers(text, questions_);
  } catch (const c10::ValueError& error) {
    problem = error.what_without_backtrace();
  }
  std::vector<CheckResult> results;
  for (const auto& check : checks) {
    if (!check.answer) continue;
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const auto& expected) { return expected.name == check.name; });
    const auto given = answers.find(question_name(check.name));
    auto message = !problem.empty()         ? std::string(kAnswersFile) + " " + problem
                   : given == answers.end() ? "not answered"
                                            : mistake_in(given->second, *entry);
    const bool right = message.empty();
    results.push_back({check.name, right ? Outcome::kPassed : Outcome::kFailed, std::move(message), 0, 1, right});
  }
  return results;
}

}  // namespace spinlab::judging
