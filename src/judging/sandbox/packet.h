#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/judging/sandbox/process.h"

namespace spinlab::sandbox {

/// What travels whole on a SOCK_SEQPACKET socket between two processes of ours: bytes, and descriptors beside
/// them, which the receiver gets as its own.
struct Packet {
  std::string bytes;
  std::vector<Descriptor> descriptors;
};

/// Throws std::system_error where the other side is gone.
void send_packet(int socket, std::string_view bytes, const std::vector<int>& descriptors = {});

/// Blocks; nothing at the end of the connection. Of longer packets the rest is lost.
std::optional<Packet> receive_packet(int socket, std::size_t max_bytes);

}  // namespace spinlab::sandbox
