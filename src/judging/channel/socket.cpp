#include "src/judging/channel/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
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

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
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

std::string Socket::receive_bytes(std::size_t count, Deadline deadline) {
  std::string bytes;
  std::size_t filled = 0;
  while (filled < count) {
    if (filled == bytes.size()) bytes.resize(std::min(count, std::max(kFirstStep, 2 * filled)));
    const auto got = ::recv(descriptor_, bytes.data() + filled, bytes.size() - filled, MSG_DONTWAIT);
    if (got > 0)
      filled += static_cast<std::size_t>(got);
    else if (got < 0 && is_transient(errno))
      wait_until(descriptor_, Direction::kReading, deadline);
    else
      throw ChannelClosed();
  }
  return bytes;
}

void Socket::send(const Message& message, Deadline deadline) {
  const auto cbor = nlohmann::json::to_cbor(message.head);
  if (cbor.size() > kMaxHeadBytes || message.payload.size() > kMaxPayloadBytes)
    throw ProtocolError("a message of " + std::to_string(cbor.size() + message.payload.size()) +
                        " bytes is too large for the channel");
  const FrameHeader header{cbor.size(), message.payload.size()};
  std::string frame(reinterpret_cast<const char*>(&header), sizeof header);
  frame.append(cbor.begin(), cbor.end());
  send_bytes(frame.data(), frame.size(), deadline);
  send_bytes(message.payload.data(), message.payload.size(), deadline);
}

Message Socket::receive(Deadline deadline) {
  const auto frame = receive_bytes(sizeof(FrameHeader), deadline);
  FrameHeader header;
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.head_bytes > kMaxHeadBytes || header.payload_bytes > kMaxPayloadBytes)
    throw ProtocolError("a message claims to be too large");
  auto head = parse_head(receive_bytes(header.head_bytes, deadline));
  return {std::move(head), receive_bytes(header.payload_bytes, deadline)};
}

}  // namespace spinlab::judging
