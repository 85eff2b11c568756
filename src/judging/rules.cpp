#include "src/judging/rules.h"

#include <algorithm>
#include <cctype>

namespace spinlab::judging {
namespace {

/// "fit_ridge threw: …", and not a difference that happens to quote such words.
bool is_exception(const std::string& message) {
  const auto begin = std::find_if_not(message.begin(), message.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == ':';
  });
  return begin != message.begin() && std::string_view(message)
                                         .substr(static_cast<std::size_t>(begin - message.begin()))
                                         .starts_with(kThrew);
}

}  // namespace

std::string broken_rule(const CheckResult& result) {
  for (const auto rule : {rules::kArgumentChanged, rules::kArgumentMarked, rules::kModuleSharesMemory,
                          rules::kResultMarked, rules::kCalledAgain})
    if (result.outcome == Outcome::kFailed && result.message.ends_with(rule))
      return (rule == rules::kCalledAgain ? "a function did something else " : "") + std::string(rule);
  return "";
}

std::string reason_without_data(const CheckResult& result) {
  switch (result.outcome) {
    case Outcome::kCrashed:
      return "a function ended the process";
    case Outcome::kTimedOut:
      return "a function ran out of time";
    case Outcome::kOverMemory:
      return "a function used too much memory";
    case Outcome::kFailed:
      break;
    default:
      return "";
  }
  return is_exception(result.message) ? "a function threw an exception where an answer was wanted"
                                      : broken_rule(result);
}

}  // namespace spinlab::judging
