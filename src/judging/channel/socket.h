#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>

#include "src/judging/channel/message.h"

namespace spinlab::judging {

using Deadline = std::chrono::steady_clock::time_point;

Deadline seconds_from_now(double seconds);

/// The other side sent what no honest side sends. Never believed, never a crash of ours.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ChannelTimeout : std::runtime_error {
  ChannelTimeout() : std::runtime_error("no answer in time") {}
};

struct ChannelClosed : std::runtime_error {
  ChannelClosed() : std::runtime_error("the other side closed the channel") {}
};

enum class Direction { kReading, kWriting };

/// Until `descriptor` is ready or hung up; throws ChannelTimeout.
void wait_until(int descriptor, Direction direction, Deadline deadline);

/// What a message may weigh. A worker can't send handles: shared memory would not count towards its memory
/// limit.
constexpr std::size_t kMaxHeadBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxPayloadBytes = std::size_t{512} << 20;

/// Whole messages over a stream socket: head and payload length (8 bytes each, this machine's order), CBOR,
/// bytes. Every operation ends at its deadline. Owns the descriptor.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  /// Throws ProtocolError where the message is too large to be received.
  void send(const Message& message, Deadline deadline);
  /// Throws ProtocolError, ChannelTimeout or ChannelClosed. Memory is taken as bytes arrive, not as they are
  /// claimed.
  Message receive(Deadline deadline);

 private:
  void send_bytes(const char* bytes, std::size_t count, Deadline deadline);
  std::size_t receive_some(char* bytes, std::size_t most, Deadline deadline);
  /// Until `count` bytes are in ahead_, and what came with them.
  void read_ahead(std::size_t count, Deadline deadline);
  std::string receive_bytes(std::size_t count, Deadline deadline);

  int descriptor_;
  std::string ahead_;
};

/// Parses a head: definite lengths only, at most 32 levels deep. Throws ProtocolError.
nlohmann::json parse_head(std::string_view cbor);

}  // namespace spinlab::judging
