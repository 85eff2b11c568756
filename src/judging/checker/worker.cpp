#include "src/judging/checker/worker.h"

#include <ATen/Version.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <link.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include "src/judging/sandbox/program_path.h"
#include "src/judging/sandbox/sandbox.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr double kStartSeconds = 60;
constexpr double kControlSeconds = 20;
constexpr std::uint64_t kMaxLogBytes = 1 << 16;

/// Where this process found its own shared libraries outside the system's folders: LibTorch and what it
/// needs. The worker is linked with the same.
std::set<fs::path> library_folders() {
  std::set<fs::path> folders;
  const auto collect = [](dl_phdr_info* info, std::size_t, void* found) {
    const fs::path file = info->dlpi_name;
    if (file.is_absolute() && !file.string().starts_with("/usr/lib") && !file.string().starts_with("/lib"))
      static_cast<std::set<fs::path>*>(found)->insert(fs::canonical(file).parent_path());
    return 0;
  };
  ::dl_iterate_phdr(collect, &folders);
  return folders;
}

/// As ATEN_CPU_CAPABILITY names it. LibTorch would look for the processor in /proc and /sys, which the sandbox
/// lacks, and settle for kernels without vector instructions.
std::string cpu_capability() {
  auto name = at::get_cpu_capability();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "avx2" || name == "avx512" ? name : "default";
}

/// The parent's own limits are generous; each child gets its check's.
sandbox::Room room_for(const WorkerFiles& files) {
  sandbox::Room room;
  room.readable = {sandbox::companion("spinlab-worker"), files.object.parent_path()};
  if (!files.prelude.empty()) room.readable.push_back(files.prelude);
  for (const auto& folder : library_folders()) room.readable.push_back(folder);
  room.limits = {.cpu_seconds = 3600,
                 .memory_bytes = std::uint64_t{1} << 40,
                 .file_bytes = kMaxLogBytes,
                 .open_files = 256,
                 .processes = 512};
  return room;
}

}  // namespace

SandboxedWorker::SandboxedWorker(const WorkerFiles& files) : log_(files.log) {
  auto control = sandbox::socket_pair(SOCK_SEQPACKET);
  const sandbox::Descriptor output(::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  process_ = std::make_unique<sandbox::Process>(
      sandbox::sandboxed(room_for(files),
                         {sandbox::companion("spinlab-worker"), files.object, files.prelude, cpu_capability()}),
      sandbox::Streams{.error = output.get(), .channel = control.theirs.get()}, false);
  control_ = std::move(control.ours);
}

std::string SandboxedWorker::complaint() const {
  std::ifstream file(log_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() ? "" : ": " + text.substr(0, text.find('\n'));
}

void SandboxedWorker::wait_until_ready() {
  if (ready_) return;
  try {
    const auto answer = receive_answer(control_.get(), seconds_from_now(kStartSeconds));
    TORCH_CHECK(answer.kind == Answer::kReady, "spinlab-worker answered out of turn");
    ready_ = true;
  } catch (const std::runtime_error& error) {
    TORCH_CHECK(false, "spinlab-worker did not start in the sandbox", complaint(), " (", error.what(),
                "); run: spinlab doctor");
  }
}

Socket SandboxedWorker::begin(const Order& limits) {
  wait_until_ready();
  auto data = sandbox::socket_pair(SOCK_STREAM);
  const auto answer = ask(limits, data.theirs.get());
  TORCH_CHECK(answer.kind == Answer::kStarted,
              "spinlab-worker could not fork: ", std::generic_category().message(answer.wait_status));
  return Socket(data.ours.release());
}

Worker::Ending SandboxedWorker::end(std::chrono::milliseconds grace) {
  const auto answer = ask({.kind = Order::kEnd, .grace_ms = static_cast<std::uint32_t>(grace.count())}, -1);
  TORCH_CHECK(answer.kind == Answer::kEnded, "spinlab-worker knows of no child");
  return {answer.wait_status, answer.peak_bytes, answer.cpu_ms};
}

Answer SandboxedWorker::ask(const Order& order, int passed) {
  try {
    send_order(control_.get(), order, passed);
    return receive_answer(control_.get(), seconds_from_now(kControlSeconds));
  } catch (const std::runtime_error& error) {
    lost_ = true;
    TORCH_CHECK(false, "spinlab-worker is lost: ", error.what(), complaint());
  }
}

}  // namespace spinlab::judging
