#include "src/judging/sandbox/packet.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace spinlab::sandbox {
namespace {

constexpr std::size_t kMaxDescriptors = 4;

/// Room for the descriptors beside a packet.
union Ancillary {
  cmsghdr header;
  char bytes[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
};

void attach(msghdr& message, Ancillary& ancillary, const std::vector<int>& descriptors) {
  if (descriptors.size() > kMaxDescriptors)
    throw std::system_error(E2BIG, std::generic_category(), "descriptors in a packet");
  const auto bytes = descriptors.size() * sizeof(int);
  message.msg_control = &ancillary;
  message.msg_controllen = CMSG_SPACE(bytes);
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(bytes);
  std::memcpy(CMSG_DATA(header), descriptors.data(), bytes);
}

std::vector<Descriptor> detach(msghdr& message) {
  std::vector<Descriptor> descriptors;
  const auto* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return descriptors;
  const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  std::array<int, kMaxDescriptors> numbers{};
  std::memcpy(numbers.data(), CMSG_DATA(header), count * sizeof(int));
  for (std::size_t i = 0; i < count; ++i) descriptors.emplace_back(numbers[i]);
  return descriptors;
}

}  // namespace

void send_packet(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Ancillary ancillary{};
  if (!descriptors.empty()) attach(message, ancillary, descriptors);
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw std::system_error(errno, std::generic_category(), "sendmsg");
}

std::optional<Packet> receive_packet(int socket, std::size_t max_bytes) {
  Packet packet{std::string(max_bytes, '\0'), {}};
  iovec part{packet.bytes.data(), max_bytes};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Ancillary ancillary{};
  message.msg_control = &ancillary;
  message.msg_controllen = sizeof ancillary;
  ssize_t got = 0;
  while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got <= 0) return std::nullopt;
  packet.bytes.resize(static_cast<std::size_t>(got));
  packet.descriptors = detach(message);
  return packet;
}

}  // namespace spinlab::sandbox
