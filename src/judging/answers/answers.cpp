#include "src/judging/answers/answers.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/escape.h"
#include "src/core/json_fault.h"

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxBytes = 64 << 10, kMaxNumbers = 1000;
constexpr int kMaxDepth = 2;  // an object of lists

/// Refuses while parsing what would otherwise be lost or cost without limit.
class Guard {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    TORCH_CHECK_VALUE(!opens || depth < kMaxDepth,
                      "holds lists in lists; give each question a number or one list of numbers");
    if (event == Json::parse_event_t::key && depth == 1) {
      TORCH_CHECK_VALUE(names_.insert(parsed.get<std::string>()).second, "names ",
                        one_line(parsed.get<std::string>(), 60), " twice; remove one");
    }
    return true;
  }

 private:
  std::set<std::string> names_;
};

Json parsed(const std::string& text) {
  TORCH_CHECK_VALUE(text.size() <= kMaxBytes, "has ", text.size(), " bytes, at most ", kMaxBytes,
                    " are read; leave numbers alone in it");
  TORCH_CHECK_VALUE(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"),
                    "is UTF-16 text; save it as UTF-8");
  try {
    return Json::parse(text, Guard());
  } catch (const Json::parse_error& error) {
    TORCH_CHECK_VALUE(false, "is not valid JSON in line ", line_of_fault(text, error),
                      "; write numbers as 0.25 or 1e-3, and a comma between two questions");
  } catch (const Json::out_of_range&) {
    TORCH_CHECK_VALUE(false, "holds a number that is too large");
  }
}

std::vector<double> numbers(const std::string& question, const Json& value) {
  std::vector<double> result;
  for (const auto& item : value.is_array() ? value : Json::array({value})) {
    TORCH_CHECK_VALUE(item.is_number(), "has ",
                      one_line(item.dump(-1, ' ', true, Json::error_handler_t::replace), 60), " for ", question,
                      "; write a number, evaluated");
    result.push_back(item.get<double>());
  }
  TORCH_CHECK_VALUE(!result.empty() && result.size() <= kMaxNumbers, "has a list of ", result.size(),
                    " numbers for ", question);
  return result;
}

}  // namespace

std::string question_name(const std::string& check) { return check.substr(check.find('.') + 1); }

std::vector<std::string> question_names(const std::vector<CheckInfo>& checks) {
  std::vector<std::string> names;
  for (const auto& check : checks) {
    if (check.answer) names.push_back(question_name(check.name));
  }
  return names;
}

Answers parse_answers(const std::string& text, const std::vector<std::string>& questions) {
  const auto json = parsed(text);
  TORCH_CHECK_VALUE(json.is_object(), "is no object {…} of questions and numbers");
  Answers answers;
  for (const auto& [question, value] : json.items()) {
    TORCH_CHECK_VALUE(std::find(questions.begin(), questions.end(), question) != questions.end(),
                      "names \"", one_line(question, 60), "\", which is no question",
                      did_you_mean(question.substr(0, 100), questions));
    if (!value.is_null()) answers[question] = numbers(question, value);
  }
  return answers;
}

Answers answers_from(const Config& config, const std::vector<std::string>& questions) {
  try {
    return parse_answers(config.at("answers").dump(), questions);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, config.where(), ": answers ", error.what_without_backtrace());
  }
}

std::string answers_text(const Answers& answers, const std::vector<std::string>& questions) {
  Json json = Json::object();
  for (const auto& question : questions) {
    const auto answer = answers.find(question);
    if (answer == answers.end())
      json[question] = nullptr;
    else if (answer->second.size() == 1)
      json[question] = answer->second.front();
    else
      json[question] = answer->second;
  }
  return json.dump(2) + '\n';
}

}  // namespace spinlab::judging
