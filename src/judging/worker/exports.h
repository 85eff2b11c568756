#pragma once

#include <stdexcept>
#include <string>
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

/// A function that works in place on its arguments would pass here, where they are copies, and fail at home.
template <typename... Values>
void expect_unchanged(const std::tuple<Values...>& values, const Message& arguments) {
  const auto after = std::apply([](const Values&... value) { return pack<Values...>(value...); }, values);
  if (after.payload != arguments.payload)
    throw std::logic_error("an argument was changed: arguments belong to the caller, work on a clone()");
}

template <auto function, typename Result, typename... Parameters>
Message call_export(const Message& arguments, Result (*)(Parameters...)) {
  static_assert((kTravels<Parameters> && ...), "arguments travel by value: return what the function changes");
  auto values = unpack<std::decay_t<Parameters>...>(arguments);
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, values);
    expect_unchanged(values, arguments);
    return pack();
  } else {
    const std::decay_t<Result> result = std::apply(function, values);
    expect_unchanged(values, arguments);
    return pack<std::decay_t<Result>>(result);
  }
}

template <auto function>
Message answer(const Message& arguments) {
  return call_export<function>(arguments, function);
}

}  // namespace spinlab::judging

#define SPINLAB_EXPORT_NAME_(line) spinlab_export_##line
#define SPINLAB_EXPORT_NAME(line) SPINLAB_EXPORT_NAME_(line)

/// Once for each function that the checks may call, spelt as in STUDENT(…). SPINLAB_CALL makes these of calls.h.
#define SPINLAB_EXPORT(function)                                     \
  [[maybe_unused]] static const bool SPINLAB_EXPORT_NAME(__LINE__) = \
      ::spinlab::judging::register_export(#function, &::spinlab::judging::answer<&function>)
