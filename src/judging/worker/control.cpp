#include "src/judging/worker/control.h"

#include <sys/socket.h>

#include <cstring>
#include <system_error>

#include "src/judging/sandbox/packet.h"

namespace spinlab::judging {

void send_order(int control, const WorkerOrder& order, int passed) {
  try {
    sandbox::send_packet(control, {reinterpret_cast<const char*>(&order), sizeof order},
                         passed < 0 ? std::vector<int>{} : std::vector<int>{passed});
  } catch (const std::system_error&) {
    throw ChannelClosed();
  }
}

std::optional<WorkerOrder> receive_order(int control, sandbox::Descriptor& passed) {
  auto packet = sandbox::receive_packet(control, sizeof(WorkerOrder));
  WorkerOrder order;
  if (!packet || packet->bytes.size() != sizeof order) return std::nullopt;
  std::memcpy(&order, packet->bytes.data(), sizeof order);
  if (!packet->descriptors.empty()) passed = std::move(packet->descriptors.front());
  return order;
}

void send_reply(int control, const WorkerReply& answer) {
  if (::send(control, &answer, sizeof answer, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof answer))
    throw ChannelClosed();
}

WorkerReply receive_reply(int control, Deadline deadline) {
  wait_until(control, Direction::kReading, deadline);
  WorkerReply answer;
  const auto got = ::recv(control, &answer, sizeof answer, MSG_DONTWAIT);
  if (got <= 0) throw ChannelClosed();
  if (got != static_cast<ssize_t>(sizeof answer))
    throw ProtocolError("a short packet from the worker's parent");
  return answer;
}

}  // namespace spinlab::judging
