#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "src/judging/channel/pack.h"

namespace spinlab::judging {

/// Answers one call: unpacks the arguments, calls, packs the result. Throws what the function throws.
using Export = Message (*)(const Message& arguments);

/// Makes `function` answer to `name`; for SPINLAB_EXPORT. Always true.
bool register_export(const char* name, Export function);

template <typename Parameter>
constexpr bool kTravels =
    !std::is_pointer_v<Parameter> &&
    (!std::is_lvalue_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Parameter>>);

/// A function did what none may, whatever it returns.
struct BrokenRule : std::logic_error {
  explicit BrokenRule(std::string_view rule) : std::logic_error(std::string(rule)) {}
};

/// Throws BrokenRule where the arguments, packed again after the call, are not what they were: a function
/// that works in place on them would pass here, where they are copies, and fail at home.
void expect_unchanged(const Message& before, const Message& after, const Writer& arguments);

/// Throws BrokenRule where the result's tensors still require gradients, or a module that is returned trains
/// the arguments' memory. (A tensor may lie there: who returns its argument has changed nothing.)
void expect_independent(const Writer& result, const Writer& arguments);

/// Overwrites a result that has been packed, so that a function that keeps what it returned for the next call
/// is found by what it then returns: a caller who goes on with it in place does the same. Where modules
/// travel too it does nothing: their values go on.
void spoil(const Writer& result, const Writer& arguments);

/// Whose function it is: the rules for results are the student's.
enum class By { kStudent, kUs };

template <auto function, By by, typename Result, typename... Parameters>
Message call_export(const Message& arguments, Result (*)(Parameters...)) {
  static_assert((kTravels<Parameters> && ...), "arguments travel by value: return what the function changes");
  auto values = unpack<std::decay_t<Parameters>...>(arguments);
  Writer arguments_after;
  const auto check_arguments = [&] {
    const auto pack_all = [&](const auto&... value) {
      return pack_with<std::decay_t<Parameters>...>(arguments_after, value...);
    };
    expect_unchanged(arguments, std::apply(pack_all, values), arguments_after);
  };
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, values);
    check_arguments();
    return pack();
  } else {
    const std::decay_t<Result> result = std::apply(function, values);
    check_arguments();
    Writer out;
    auto packed = pack_with<std::decay_t<Result>>(out, result);
    if constexpr (by == By::kStudent) {
      expect_independent(out, arguments_after);
      spoil(out, arguments_after);
    }
    return packed;
  }
}

template <auto function, By by = By::kStudent>
Message answer(const Message& arguments) {
  return call_export<function, by>(arguments, function);
}

}  // namespace spinlab::judging

#define SPINLAB_EXPORT_NAME_(line) spinlab_export_##line
#define SPINLAB_EXPORT_NAME(line) SPINLAB_EXPORT_NAME_(line)

/// Once for each function that the checks may call, spelt as in STUDENT(…). SPINLAB_CALL makes these of
/// calls.h.
#define SPINLAB_EXPORT(function)                                     \
  [[maybe_unused]] static const bool SPINLAB_EXPORT_NAME(__LINE__) = \
      ::spinlab::judging::register_export(#function, &::spinlab::judging::answer<&function>)
