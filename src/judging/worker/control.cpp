#include "src/judging/worker/control.h"

#include <cstring>
#include <system_error>

#include "src/judging/sandbox/packet.h"

namespace spinlab::judging {

namespace {

template <typename Packet>
void send(int control, const Packet& packet, int passed) {
  try {
    sandbox::send_packet(control, {reinterpret_cast<const char*>(&packet), sizeof packet},
                         passed < 0 ? std::vector<int>{} : std::vector<int>{passed});
  } catch (const std::system_error&) {
    throw ChannelClosed();
  }
}

/// Nothing at the end of the connection, and of what is no such packet.
template <typename Packet>
std::optional<Packet> receive(int control, sandbox::Descriptor& passed) {
  auto packet = sandbox::receive_packet(control, sizeof(Packet));
  Packet received;
  if (!packet || packet->bytes.size() != sizeof received) return std::nullopt;
  std::memcpy(&received, packet->bytes.data(), sizeof received);
  if (!packet->descriptors.empty()) passed = std::move(packet->descriptors.front());
  return received;
}

}  // namespace

void send_order(int control, const WorkerOrder& order, int passed) { send(control, order, passed); }

std::optional<WorkerOrder> receive_order(int control, sandbox::Descriptor& passed) {
  return receive<WorkerOrder>(control, passed);
}

void send_reply(int control, const WorkerReply& answer, int process) { send(control, answer, process); }

ReceivedReply receive_reply(int control, Deadline deadline) {
  wait_until(control, Direction::kReading, deadline);
  sandbox::Descriptor process;
  const auto reply = receive<WorkerReply>(control, process);
  if (!reply) throw ChannelClosed();
  return {*reply, std::move(process)};
}

}  // namespace spinlab::judging
