#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "src/judging/channel/aggregate.h"
#include "src/judging/channel/payload.h"
#include "src/judging/channel/socket.h"

namespace spinlab::judging {

/// How a C++ type travels. Decoding takes nothing for granted and throws ProtocolError.
template <typename T, typename = void>
struct Codec;

template <>
struct Codec<at::Tensor> {
  static nlohmann::json encode(const at::Tensor& value, Writer& out) { return out.tensor(value); }
  static at::Tensor decode(const nlohmann::json& head, Reader& in) { return in.tensor(head); }
};

template <>
struct Codec<bool> {
  static nlohmann::json encode(bool value, Writer&) { return value; }
  static bool decode(const nlohmann::json& head, Reader&) {
    return head.is_boolean() ? head.get<bool>() : (expected("true or false", head), false);
  }
};

template <typename T>
struct Codec<T, std::enable_if_t<std::is_floating_point_v<T>>> {
  static nlohmann::json encode(T value, Writer&) { return static_cast<double>(value); }
  static T decode(const nlohmann::json& head, Reader&) {
    return head.is_number() ? static_cast<T>(head.get<double>()) : (expected("a number", head), T{});
  }
};

template <typename T>
struct Codec<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>> {
  static nlohmann::json encode(T value, Writer&) { return value; }
  static T decode(const nlohmann::json& head, Reader&) {
    if (head.is_number_unsigned() && std::in_range<T>(head.get<std::uint64_t>())) return head.get<T>();
    if (head.is_number_integer() && !head.is_number_unsigned() && std::in_range<T>(head.get<std::int64_t>()))
      return head.get<T>();
    expected("an integer in range", head);
  }
};

template <>
struct Codec<std::string> {
  static nlohmann::json encode(const std::string& value, Writer&);
  static std::string decode(const nlohmann::json& head, Reader&);
};

/// Numbers travel as the bytes of a vector; anything else as an array.
template <typename T>
struct Codec<std::vector<T>> {
  static constexpr bool kAsTensor =
      std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, std::int64_t>;

  static nlohmann::json encode(const std::vector<T>& value, Writer& out) {
    if constexpr (kAsTensor)
      return out.tensor(at::tensor(value, at::dtype(c10::CppTypeToScalarType<T>::value)));
    auto head = nlohmann::json::array();
    for (const T& element : value) head.push_back(Codec<T>::encode(element, out));
    return head;
  }

  static std::vector<T> decode(const nlohmann::json& head, Reader& in) {
    std::vector<T> value;
    if constexpr (kAsTensor) {
      const auto numbers = in.tensor(head);
      if (!numbers.defined() || numbers.dim() != 1 ||
          numbers.scalar_type() != c10::CppTypeToScalarType<T>::value)
        throw ProtocolError("expected a vector of numbers");
      value.assign(numbers.template data_ptr<T>(), numbers.template data_ptr<T>() + numbers.numel());
    } else {
      if (!head.is_array()) expected("an array", head);
      for (const auto& element : head) value.push_back(Codec<T>::decode(element, in));
    }
    return value;
  }
};

template <typename T>
struct Codec<std::optional<T>> {
  static nlohmann::json encode(const std::optional<T>& value, Writer& out) {
    auto head = nlohmann::json::array();  // empty or one element: a null could be an undefined tensor
    if (value) head.push_back(Codec<T>::encode(*value, out));
    return head;
  }
  static std::optional<T> decode(const nlohmann::json& head, Reader& in) {
    if (!head.is_array() || head.size() > 1) expected("an optional", head);
    return head.empty() ? std::nullopt : std::optional<T>(Codec<T>::decode(head[0], in));
  }
};

template <typename... T>
struct Codec<std::tuple<T...>> {
  static nlohmann::json encode(const std::tuple<T...>& value, Writer& out) {
    auto head = nlohmann::json::array();
    std::apply([&](const T&... part) { (head.push_back(Codec<T>::encode(part, out)), ...); }, value);
    return head;
  }
  static std::tuple<T...> decode(const nlohmann::json& head, Reader& in) {
    if (!head.is_array() || head.size() != sizeof...(T)) expected("an array of the right length", head);
    [[maybe_unused]] std::size_t i = 0;
    return std::tuple<T...>{Codec<T>::decode(head[i++], in)...};  // braces: in order
  }
};

template <typename A, typename B>
struct Codec<std::pair<A, B>> {
  static nlohmann::json encode(const std::pair<A, B>& value, Writer& out) {
    return Codec<std::tuple<A, B>>::encode({value.first, value.second}, out);
  }
  static std::pair<A, B> decode(const nlohmann::json& head, Reader& in) {
    auto [a, b] = Codec<std::tuple<A, B>>::decode(head, in);
    return {std::move(a), std::move(b)};
  }
};

/// struct Fit { Tensor w; double loss; }: like the tuple of its members.
template <typename T>
struct Codec<T, std::enable_if_t<kIsPlainStruct<T>>> {
  using Members = decltype(members_of(std::declval<T&>()));
  static nlohmann::json encode(const T& value, Writer& out) {
    return Codec<Members>::encode(members_of(value), out);
  }
  static T decode(const nlohmann::json& head, Reader& in) {
    return std::apply([](auto&&... member) { return T{std::move(member)...}; },
                      Codec<Members>::decode(head, in));
  }
};

}  // namespace spinlab::judging
