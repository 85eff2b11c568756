#include "src/judging/fork_template.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "src/core/printable.h"
#include "src/judging/sandbox/packet.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxAnswerBytes = 16;
constexpr int kStartMilliseconds = 60'000;

}  // namespace

bool readable_within(int descriptor, int milliseconds) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, milliseconds) > 0;
}

std::string last_words(const fs::path& log) {
  constexpr std::size_t kMaxBytes = 500;
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() ? "" : ": " + printable(text, kMaxBytes);
}

ForkTemplate::ForkTemplate(const std::vector<std::string>& command, bool keep_environment, const fs::path& log)
    : log_(log) {
  auto control = sandbox::socket_pair(SOCK_SEQPACKET);
  const sandbox::Descriptor errors(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  process_ = std::make_unique<sandbox::Process>(
      command, sandbox::Streams{.error = errors.get(), .channel = control.theirs.get()}, keep_environment,
      fs::path(), sandbox::Group::kItsOwn);
  control_ = std::move(control.ours);
}

std::size_t ForkTemplate::fork(const std::vector<int>& descriptors) {
  const std::lock_guard lock(mutex_);
  try {
    sandbox::send_packet(control_.get(), "fork", descriptors);
  } catch (const std::system_error& error) {
    TORCH_CHECK(false, "a process of the grader's ended early (", error.code().message(), ")", last_words(log_));
  }
  return asked_++;
}

/// "ready" once, then an answer for each child.
void ForkTemplate::read_answer() {
  auto packet = sandbox::receive_packet(control_.get(), kMaxAnswerBytes);
  TORCH_CHECK(packet, "a process of the grader's ended early", last_words(log_));
  if (packet->bytes == "ready")
    ready_ = true;
  else
    children_[answered_++] =
        packet->descriptors.empty() ? sandbox::Descriptor() : std::move(packet->descriptors.front());
}

bool ForkTemplate::is_ready(int milliseconds) {
  const std::lock_guard lock(mutex_);
  if (!ready_ && readable_within(control_.get(), milliseconds)) read_answer();
  return ready_;
}

bool ForkTemplate::has_ended() const { return process_->wait_until(std::chrono::steady_clock::now()).has_value(); }

sandbox::Descriptor ForkTemplate::take_child(std::size_t n) {
  const std::lock_guard lock(mutex_);
  try {
    while (answered_ <= n && readable_within(control_.get(), kStartMilliseconds)) read_answer();
  } catch (const c10::Error&) {  // it ended, and its children with it
  }
  auto found = children_.extract(n);
  return found ? std::move(found.mapped()) : sandbox::Descriptor();
}

bool ForkTemplate::end_child(std::size_t n, int grace_ms) {
  const auto child = take_child(n);
  if (child.get() < 0) return false;
  if (readable_within(child.get(), grace_ms)) return true;
  ::syscall(SYS_pidfd_send_signal, child.get(), SIGKILL, nullptr, 0);
  readable_within(child.get(), kStartMilliseconds);
  return false;
}

}  // namespace spinlab::judging
