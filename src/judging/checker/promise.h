#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/judging/shape_contract.h"

namespace spinlab::judging {

/// A contract with the numbers of one call. It is held against the heads of messages, before a tensor is made
/// of what a worker sent or a check computes with it: a shape that a check does not expect could broadcast to
/// any size.
class Promise {
 public:
  /// What a contract's names stand for.
  struct Known {
    std::map<std::string, std::int64_t> numbers = {};
    std::optional<std::vector<std::int64_t>> further = std::nullopt;  // of "..."
  };

  /// `arguments`: the head of packed arguments, ours. Where these contradict the contract themselves, as in a
  /// check of refusals, nothing is promised. Throws c10::ValueError where they are not as many as the
  /// contract says.
  Promise(const ShapeContract& contract, const nlohmann::json& arguments);

  /// What is wrong with the head of a packed result, empty where nothing is or it is not one at all, which
  /// decoding says.
  std::string broken_by(const nlohmann::json& result) const;

  /// The same for the arguments of a call back of the n-th function among the arguments.
  std::string refuses(std::size_t function, const nlohmann::json& arguments) const;

 private:
  void bind(const ShapeContract::Item& item, const nlohmann::json& head);
  std::string with_numbers(const std::string& what, const std::string& promised) const;

  const ShapeContract& contract_;
  Known known_;
  std::string type_;                             // of tensors whose type is not written
  std::map<std::size_t, const ShapeContract::Item*> functions_;
  bool kept_by_arguments_ = true;
};

}  // namespace spinlab::judging
