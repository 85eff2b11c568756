#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/judging/channel/message.h"

namespace spinlab::judging {

/// Collects the payload of a message while its head is written.
class Writer {
 public:
  /// Dense CPU tensors of any dtype in the whitelist (payload.cpp), without their gradient; an undefined one is
  /// null.
  nlohmann::json tensor(const at::Tensor& value);
  /// A tensor that does not travel, but that a module among the values holds.
  void held(const at::Tensor& value) { held_.push_back(value); }
  /// An empty one is null.
  nlohmann::json function(Message::Function value);
  /// All that was written, as it was: views of the values' memory.
  const std::vector<at::Tensor>& tensors() const { return tensors_; }
  const std::vector<at::Tensor>& held() const { return held_; }
  Message take(nlohmann::json head) { return {std::move(head), std::move(payload_), std::move(functions_)}; }

 private:
  std::string payload_;
  std::vector<at::Tensor> tensors_, held_;
  std::vector<Message::Function> functions_;
};

/// Hands out a payload in order. Throws ProtocolError where the head claims what the payload does not hold.
class Reader {
 public:
  explicit Reader(const Message& message) : rest_(message.payload), call_back_(message.call_back) {}
  /// Checks dtype, rank, dimensions and byte count before it allocates.
  at::Tensor tensor(const nlohmann::json& head);
  /// Calls the sender's function, for as long as the sender waits for an answer.
  Message::Function function(const nlohmann::json& head);
  /// Every byte must have been claimed.
  void expect_end() const;

 private:
  std::string_view rest_;
  decltype(Message::call_back) call_back_;
};

/// Throws ProtocolError: expected `what`, got the JSON type of `head`.
[[noreturn]] void expected(const char* what, const nlohmann::json& head);

}  // namespace spinlab::judging
