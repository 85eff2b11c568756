#pragma once

#include <functional>
#include <tuple>
#include <type_traits>

#include "src/judging/channel/codec.h"

namespace spinlab::judging {

/// All arguments of a call, or its result, in one message.
template <typename... T>
Message pack_with(Writer& out, const T&... values) {
  auto head = nlohmann::json::array();
  (head.push_back(Codec<T>::encode(values, out)), ...);
  return out.take(std::move(head));
}

template <typename... T>
Message pack(const T&... values) {
  Writer out;
  return pack_with<T...>(out, values...);
}

template <typename... T>
std::tuple<T...> unpack(const Message& message) {
  Reader in(message);
  auto values = Codec<std::tuple<T...>>::decode(message.head, in);
  in.expect_end();
  return values;
}

/// Calls `function` with unpacked arguments and packs what it returns.
template <typename Result, typename... Parameters>
Message call_packed(const std::function<Result(Parameters...)>& function, const Message& arguments) {
  const auto values = unpack<std::decay_t<Parameters>...>(arguments);
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, values);
    return pack();
  } else {
    return pack<std::decay_t<Result>>(std::apply(function, values));
  }
}

/// A function stays where it was packed; the other side gets one that sends the arguments and waits for the
/// result.
template <typename Result, typename... Parameters>
struct Codec<std::function<Result(Parameters...)>> {
  using Function = std::function<Result(Parameters...)>;

  static nlohmann::json encode(const Function& value, Writer& out) {
    if (!value) return out.function(nullptr);
    return out.function([value](const Message& arguments) { return call_packed(value, arguments); });
  }
  static Function decode(const nlohmann::json& head, Reader& in) {
    const auto call = in.function(head);
    if (!call) return nullptr;
    return [call](Parameters... arguments) -> Result {
      const auto reply = call(pack<std::decay_t<Parameters>...>(arguments...));
      if constexpr (std::is_void_v<Result>)
        unpack<>(reply);
      else
        return std::get<0>(unpack<std::decay_t<Result>>(reply));
    };
  }
};

}  // namespace spinlab::judging
