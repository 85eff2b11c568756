#include "src/judging/rules.h"

#include <algorithm>
#include <cctype>

namespace spinlab::judging {
namespace {

/// Of "fit_ridge threw: …" the function's name, and of a difference that happens to quote such words none.
std::string who_threw(const std::string& message) {
  const auto begin = std::find_if_not(message.begin(), message.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == ':';
  });
  const auto length = static_cast<std::size_t>(begin - message.begin());
  return message.compare(length, kThrew.size(), kThrew) == 0 ? message.substr(0, length) : "";
}

}  // namespace

std::string broken_rule(const CheckResult& result) {
  for (const auto rule : {rules::kArgumentChanged, rules::kArgumentMarked, rules::kModuleSharesMemory,
                          rules::kResultMarked, rules::kCalledAgain, rules::kSaidTooMuch})
    if (result.outcome == Outcome::kFailed && result.message.ends_with(rule))
      return std::string(rule == rules::kCalledAgain   ? "a function did something else "
                         : rule == rules::kSaidTooMuch ? "a function "
                                                       : "") +
             std::string(rule);
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
  const auto thrower = who_threw(result.message);
  return thrower.empty() ? broken_rule(result) : thrower + " threw an exception where an answer was wanted";
}

}  // namespace spinlab::judging
