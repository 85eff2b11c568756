#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace spinlab::grading {

/// What travels between checker and worker: a small CBOR head and, behind it, the bytes of the tensors that
/// the head describes, in the order in which they stand there. A tensor names no offset, so no byte can be
/// claimed twice.
struct Message {
  nlohmann::json head;  // std::map inside: a hostile object of many keys costs n log n, not n²
  std::string payload;
};

}  // namespace spinlab::grading
