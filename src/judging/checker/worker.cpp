#include "src/judging/checker/worker.h"

#include <c10/util/Exception.h>
#include <sys/socket.h>

#include <fstream>
#include <iterator>

#include "src/core/called_as.h"
#include "src/judging/sandbox/process_memory.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr double kStartSeconds = 60;
constexpr double kControlSeconds = 20;

}  // namespace

SandboxedWorker::SandboxedWorker(sandbox::Descriptor control, fs::path log, const fs::path& memory_group)
    : log_(std::move(log)), control_(std::move(control)) {
  if (!memory_group.empty()) group_.emplace(memory_group);
}

std::string SandboxedWorker::complaint() const {
  std::ifstream file(log_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() ? "" : ": " + text.substr(0, text.find('\n'));
}

void SandboxedWorker::wait_until_ready() {
  if (ready_) return;
  try {
    auto answer = receive_reply(control_.get(), seconds_from_now(kStartSeconds));
    TORCH_CHECK(answer.kind == WorkerReply::kReady, "spinlab-worker answered out of turn");
    parent_ = std::move(answer.process);
    enter_group();
    ready_ = true;
  } catch (const std::runtime_error& error) {
    TORCH_CHECK(false, "spinlab-worker did not start in the sandbox", complaint(), " (", error.what(),
                "); run: ", called_as(), " doctor");
  }
}

/// The parent and not each child: to move a process may take 20 ms, and this happens while the compiler is at work.
void SandboxedWorker::enter_group() {
  if (group_ && !group_->enter(sandbox::number_of(parent_))) group_.reset();
}

void SandboxedWorker::limit_group(std::uint64_t bytes) {
  if (group_ && !group_->set_limit(bytes)) group_.reset();
  kills_before_ = group_ ? group_->kills() : 0;
}

Socket SandboxedWorker::begin(const WorkerOrder& limits) {
  wait_until_ready();
  // What the child is forked with is LibTorch's: all its pages, should it write to them, and all its mappings.
  const auto parent = sandbox::number_of(parent_);
  const auto most_bytes = limits.memory_bytes + sandbox::private_bytes(parent).value_or(0);
  limit_group(most_bytes);
  auto order = limits;
  order.memory_bytes += sandbox::data_bytes(parent).value_or(0);
  auto data = sandbox::socket_pair(SOCK_STREAM);
  auto answer = ask(order, data.theirs.get());
  TORCH_CHECK(answer.kind == WorkerReply::kStarted,
              "spinlab-worker could not fork: ", std::generic_category().message(answer.wait_status));
  watch_.emplace(std::move(answer.process), most_bytes);
  return Socket(data.ours.release());
}

Worker::Ending SandboxedWorker::end(std::chrono::milliseconds grace) {
  const auto answer = ask({.kind = WorkerOrder::kEnd, .grace_ms = static_cast<std::uint32_t>(grace.count())}, -1);
  TORCH_CHECK(answer.kind == WorkerReply::kEnded, "spinlab-worker knows of no child");
  const bool over_memory = (watch_ && watch_->has_killed()) || (group_ && group_->kills() > kills_before_);
  watch_.reset();
  return {answer.wait_status, answer.peak_bytes, answer.cpu_ms, over_memory};
}

ReceivedReply SandboxedWorker::ask(const WorkerOrder& order, int passed) {
  try {
    send_order(control_.get(), order, passed);
    return receive_reply(control_.get(), seconds_from_now(kControlSeconds));
  } catch (const std::runtime_error& error) {
    TORCH_CHECK(false, "spinlab-worker is lost: ", error.what(), complaint());
  }
}

}  // namespace spinlab::judging
