#include "src/judging/worker/control.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace spinlab::judging {
namespace {

/// Room for one descriptor beside a packet.
union Ancillary {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

template <typename Packet>
msghdr describe(iovec& part, Packet& packet) {
  part = {const_cast<std::remove_const_t<Packet>*>(&packet), sizeof packet};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  return message;
}

}  // namespace

void send_order(int control, const Order& order, int passed) {
  iovec part;
  auto message = describe(part, order);
  Ancillary ancillary{};
  if (passed >= 0) {
    message.msg_control = &ancillary;
    message.msg_controllen = sizeof ancillary;
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  if (::sendmsg(control, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof order)) throw ChannelClosed();
}

std::optional<Order> receive_order(int control, sandbox::Descriptor& passed) {
  Order order;
  iovec part;
  auto message = describe(part, order);
  Ancillary ancillary{};
  message.msg_control = &ancillary;
  message.msg_controllen = sizeof ancillary;
  ssize_t got = 0;
  while ((got = ::recvmsg(control, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got != static_cast<ssize_t>(sizeof order)) return std::nullopt;
  const auto* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
    passed = sandbox::Descriptor(number);
  }
  return order;
}

void send_answer(int control, const Answer& answer) {
  if (::send(control, &answer, sizeof answer, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof answer))
    throw ChannelClosed();
}

Answer receive_answer(int control, Deadline deadline) {
  wait_until(control, Direction::kReading, deadline);
  Answer answer;
  const auto got = ::recv(control, &answer, sizeof answer, MSG_DONTWAIT);
  if (got <= 0) throw ChannelClosed();
  if (got != static_cast<ssize_t>(sizeof answer))
    throw ProtocolError("a short packet from the worker's parent");
  return answer;
}

}  // namespace spinlab::judging
