#include "src/judging/channel/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace spinlab::judging {
namespace {

struct FrameHeader {
  std::uint64_t head_bytes;
  std::uint64_t payload_bytes;
};
constexpr std::size_t kFirstStep = std::size_t{1} << 20;
/// A message up to about this size is sent at once and read at once: the other side wakes up once for it, which is most of
/// what a call costs.
constexpr std::size_t kSmall = std::size_t{1} << 14;

bool is_transient(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Deadline seconds_from_now(double seconds) {
  return std::chrono::steady_clock::now() +
         std::chrono::duration_cast<Deadline::duration>(std::chrono::duration<double>(seconds));
}

void wait_until(int descriptor, Direction direction, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) throw ChannelTimeout();
    const short events = direction == Direction::kReading ? POLLIN : POLLOUT;
    pollfd entry{descriptor, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<long long>(left, 1 << 30)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket::Socket(Socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), ahead_(std::exchange(other.ahead_, {})) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(ahead_, other.ahead_);
  return *this;
}

void Socket::send_bytes(const char* bytes, std::size_t count, Deadline deadline) {
  while (count > 0) {
    const auto sent = ::send(descriptor_, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes += sent;
      count -= static_cast<std::size_t>(sent);
    } else if (is_transient(errno)) {
      wait_until(descriptor_, Direction::kWriting, deadline);
    } else {
      throw ChannelClosed();
    }
  }
}

std::size_t Socket::receive_some(char* bytes, std::size_t most, Deadline deadline) {
  for (;;) {
    const auto got = ::recv(descriptor_, bytes, most, MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0 || !is_transient(errno)) throw ChannelClosed();
    wait_until(descriptor_, Direction::kReading, deadline);
  }
}

void Socket::read_ahead(std::size_t count, Deadline deadline) {
  std::array<char, kSmall> buffer;
  while (ahead_.size() < count) {
    wait_until(descriptor_, Direction::kReading, deadline);
    ahead_.append(buffer.data(), receive_some(buffer.data(), buffer.size(), deadline));
  }
}

std::string Socket::receive_bytes(std::size_t count, Deadline deadline) {
  auto bytes = ahead_.substr(0, count);
  ahead_.erase(0, bytes.size());
  for (auto filled = bytes.size(); filled < count;) {
    if (filled == bytes.size()) bytes.resize(std::min(count, std::max(kFirstStep, 2 * filled)));
    filled += receive_some(bytes.data() + filled, bytes.size() - filled, deadline);
  }
  return bytes;
}

void Socket::send(const Message& message, Deadline deadline) {
  const auto cbor = nlohmann::json::to_cbor(message.head);
  if (cbor.size() > kMaxHeadBytes || message.payload.size() > kMaxPayloadBytes)
    throw ProtocolError(std::to_string((cbor.size() + message.payload.size()) >> 20) + " MiB at once, more than the " +
                        std::to_string(kMaxPayloadBytes >> 20) + " MiB (of tensors; " +
                        std::to_string(kMaxHeadBytes >> 20) + " MiB of anything else) that can be handed over");
  const FrameHeader header{cbor.size(), message.payload.size()};
  std::string frame(reinterpret_cast<const char*>(&header), sizeof header);
  frame.append(cbor.begin(), cbor.end());
  const bool together = message.payload.size() <= kSmall;
  if (together) frame += message.payload;
  send_bytes(frame.data(), frame.size(), deadline);
  if (!together) send_bytes(message.payload.data(), message.payload.size(), deadline);
}

Message Socket::receive(Deadline deadline) {
  FrameHeader header;
  read_ahead(sizeof header, deadline);
  std::memcpy(&header, receive_bytes(sizeof header, deadline).data(), sizeof header);
  if (header.head_bytes > kMaxHeadBytes || header.payload_bytes > kMaxPayloadBytes)
    throw ProtocolError("a message claims to be too large");
  auto head = parse_head(receive_bytes(header.head_bytes, deadline));
  return {std::move(head), receive_bytes(header.payload_bytes, deadline)};
}

}  // namespace spinlab::judging
