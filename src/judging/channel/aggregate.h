#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace spinlab::judging {

/// Stands for a member of any type when members are counted; never evaluated.
struct AnyMember {
  template <typename T>
  operator T() const;
};

template <typename T, typename... Members>
constexpr std::size_t member_count() {
  if constexpr (!requires { T{Members{}..., AnyMember{}}; })
    return sizeof...(Members);
  else
    return member_count<T, Members..., AnyMember>();
}

constexpr std::size_t kMaxMembers = 8;

/// A struct without constructors, private members or bases: what a function returns that has several results.
/// Its members may be structs, but not C arrays.
template <typename T>
constexpr bool kIsPlainStruct = std::is_class_v<T> && std::is_aggregate_v<T>;

/// The members of a plain struct as a tuple of copies (a Tensor's copy shares its memory).
template <typename T>
auto members_of(const T& value) {
  constexpr auto count = member_count<T>();
  static_assert(count >= 1 && count <= kMaxMembers, "a struct of 1 to 8 members can travel");
  if constexpr (count == 1) {
    const auto& [a] = value;
    return std::make_tuple(a);
  } else if constexpr (count == 2) {
    const auto& [a, b] = value;
    return std::make_tuple(a, b);
  } else if constexpr (count == 3) {
    const auto& [a, b, c] = value;
    return std::make_tuple(a, b, c);
  } else if constexpr (count == 4) {
    const auto& [a, b, c, d] = value;
    return std::make_tuple(a, b, c, d);
  } else if constexpr (count == 5) {
    const auto& [a, b, c, d, e] = value;
    return std::make_tuple(a, b, c, d, e);
  } else if constexpr (count == 6) {
    const auto& [a, b, c, d, e, f] = value;
    return std::make_tuple(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    const auto& [a, b, c, d, e, f, g] = value;
    return std::make_tuple(a, b, c, d, e, f, g);
  } else {
    const auto& [a, b, c, d, e, f, g, h] = value;
    return std::make_tuple(a, b, c, d, e, f, g, h);
  }
}

}  // namespace spinlab::judging
