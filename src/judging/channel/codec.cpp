#include "src/judging/channel/codec.h"

namespace spinlab::judging {

// CBOR strings are UTF-8; std::string is any bytes.
nlohmann::json Codec<std::string>::encode(const std::string& value, Writer&) {
  return nlohmann::json::binary({value.begin(), value.end()});
}

std::string Codec<std::string>::decode(const nlohmann::json& head, Reader&) {
  if (!head.is_binary()) expected("a string", head);
  const auto& bytes = head.get_binary();
  return {bytes.begin(), bytes.end()};
}

}  // namespace spinlab::judging
