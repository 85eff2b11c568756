#pragma once

#include <string>
#include <type_traits>

#include "src/grading/channel/codec.h"

namespace spinlab::grading {

/// Answers one call: unpacks the arguments, calls, packs the result. Throws what the function throws.
using Export = Message (*)(const Message& arguments);

/// Makes `function` answer to `name`; for SPINLAB_EXPORT. Always true.
bool register_export(const char* name, Export function);

template <typename Parameter>
constexpr bool kTravels =
    !std::is_pointer_v<Parameter> &&
    (!std::is_lvalue_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Parameter>>);

template <auto function, typename Result, typename... Parameters>
Message call_export(const Message& arguments, Result (*)(Parameters...)) {
  static_assert((kTravels<Parameters> && ...), "arguments travel by value: return what the function changes");
  auto values = unpack<std::decay_t<Parameters>...>(arguments);
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, std::move(values));
    return pack();
  } else {
    return pack<std::decay_t<Result>>(std::apply(function, std::move(values)));
  }
}

template <auto function>
Message answer(const Message& arguments) {
  return call_export<function>(arguments, function);
}

}  // namespace spinlab::grading

#define SPINLAB_EXPORT_NAME_(line) spinlab_export_##line
#define SPINLAB_EXPORT_NAME(line) SPINLAB_EXPORT_NAME_(line)

/// In exports.cpp, once for each function that the checks may call, spelt as in STUDENT(…).
#define SPINLAB_EXPORT(function)                                     \
  [[maybe_unused]] static const bool SPINLAB_EXPORT_NAME(__LINE__) = \
      ::spinlab::grading::register_export(#function, &::spinlab::grading::answer<&function>)
