#include <unistd.h>

#include <cstdint>
#include <string>

namespace {

/// A frame as the framework writes it: two lengths, a head in CBOR, a payload; true or claimed.
[[maybe_unused]] void send_frame(const std::string& head, std::uint64_t claimed_head,
                                 const std::string& payload, std::uint64_t claimed_payload) {
  const std::uint64_t lengths[2] = {claimed_head, claimed_payload};
  std::string frame(reinterpret_cast<const char*>(lengths), sizeof lengths);
  frame += head + payload;
  (void)!write(3, frame.data(), frame.size());
}

[[maybe_unused]] void send_head(const std::string& head, const std::string& payload = "") {
  send_frame(head, head.size(), payload, payload.size());
}

}  // namespace
