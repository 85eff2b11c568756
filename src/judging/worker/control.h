#pragma once

#include <cstdint>
#include <optional>

#include "src/judging/channel/socket.h"
#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

/// The worker's parent knows two orders: start a child for one check, and end it. They travel on a socket of
/// their own (SOCK_SEQPACKET, so that one order is one packet), which no child inherits.
struct WorkerOrder {
  enum Kind : std::uint32_t { kStart = 1, kEnd = 2 };
  Kind kind = kStart;
  std::uint32_t grace_ms = 0;  // kEnd: how long the child may go on before it is killed
  std::uint64_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;  // of private writable mappings
  std::uint64_t seed = 0;
};

struct WorkerReply {
  enum Kind : std::uint32_t { kReady = 1, kStarted = 2, kEnded = 3, kFailed = 4 };
  Kind kind = kReady;
  std::int32_t wait_status = 0;  // kEnded; kFailed: errno
  std::uint64_t peak_bytes = 0;  // kEnded: largest resident size, beyond what it was forked with
  std::uint64_t cpu_ms = 0;      // kEnded: processor time
};

/// With `passed` (kStart: the child's end of its data socket) or -1. Throws ChannelClosed.
void send_order(int control, const WorkerOrder& order, int passed);
/// Blocks; nothing at the end of the connection. `passed` takes a descriptor that came along.
std::optional<WorkerOrder> receive_order(int control, sandbox::Descriptor& passed);

/// With `process`, a pidfd of the child that was started, of the parent itself (kReady), or -1. Throws ChannelClosed.
void send_reply(int control, const WorkerReply& answer, int process = -1);
struct ReceivedReply : WorkerReply {
  sandbox::Descriptor process;  // that came along, or none
};
/// Throws ChannelTimeout, ChannelClosed.
ReceivedReply receive_reply(int control, Deadline deadline);

}  // namespace spinlab::judging
