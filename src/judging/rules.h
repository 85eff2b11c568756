#pragma once

#include <string>
#include <string_view>

#include "src/judging/verdict.h"

namespace spinlab::judging {

/// What no function may do, whatever a check asks of it, in the words that a check's message ends with. They
/// tell nothing of what the check draws or expects.
namespace rules {
inline constexpr std::string_view kArgumentChanged =
    "an argument was changed: arguments belong to the caller, work on a clone()";
inline constexpr std::string_view kArgumentMarked =
    "an argument was marked as requiring gradients: it belongs to the caller, work on detach().clone()";
inline constexpr std::string_view kModuleSharesMemory =
    "the module that is returned keeps its values in the memory of an argument: give it a clone()";
inline constexpr std::string_view kResultMarked =
    "what is returned still requires gradients: return detach() of it";
inline constexpr std::string_view kCalledAgain =
    "when it was called again with the same arguments: does it keep something from call to call, in a static "
    "variable, or "
    "leave something unset?";
inline constexpr std::string_view kSaidTooMuch =
    "called functions that it was handed so often, or with so much, that it cannot be called again and "
    "compared: 128 MiB in one "
    "call, or about 100,000 calls of numbers, are the most";
}  // namespace rules

/// Between a function's name and its exception's text, in the message of a check that wanted an answer.
inline constexpr std::string_view kThrew = " threw: ";

/// What broke which rule, where that is why the check failed; else empty.
std::string broken_rule(const CheckResult& result);

/// What a student may know of why a hidden check did not pass: that something ended, threw or broke a rule,
/// and nothing of the data. Empty where an answer was wrong.
std::string reason_without_data(const CheckResult& result);

}  // namespace spinlab::judging
