#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace spinlab::judging {

/// What travels between checker and worker: a small CBOR head and, behind it, the bytes of the tensors that
/// the head describes, in the order in which they stand there. A tensor names no offset, so no byte can be
/// claimed twice.
struct Message {
  /// A function among the values: takes packed arguments, returns its packed result.
  using Function = std::function<Message(const Message& arguments)>;

  nlohmann::json head;  // std::map inside: a hostile object of many keys costs n log n, not n²
  std::string payload;
  /// Functions do not travel: the sender keeps them here, the head has their places, and while the call lasts
  /// the receiver has them called through `call_back`, which is empty where the sender takes no calls.
  std::vector<Function> functions = {};
  std::function<Message(std::size_t function, const Message& arguments)> call_back = nullptr;
};

}  // namespace spinlab::judging
