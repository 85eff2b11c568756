#include "src/judging/runner/checker_client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>


namespace spinlab::judging {
namespace {

// A check's own work, and starting the worker, come on top of the time that the student's functions have.
constexpr double kCheckersOwnSeconds = 90;

}  // namespace

CheckerClient::CheckerClient(ForkTemplate& checker, ForkTemplate& worker, CheckerSettings settings,
                             const std::filesystem::path& log)
    : checkers_(checker), workers_(worker), silence_seconds_(settings.limits.wall_seconds() + kCheckersOwnSeconds), log_(log) {
  auto channel = sandbox::socket_pair(SOCK_STREAM);
  const auto control = sandbox::socket_pair(SOCK_SEQPACKET);
  const sandbox::Descriptor errors(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  worker_ = worker.fork({control.theirs.get()});
  checker_ = checker.fork({channel.theirs.get(), errors.get(), control.ours.get()});
  channel_ = std::move(channel.ours);
  settings.memory_group = group_->folder();
  write_line(to_json(settings).dump());
}

CheckerClient::~CheckerClient() { end(); }

bool CheckerClient::end() {
  constexpr int kGraceMilliseconds = 1000;
  if (channel_.get() < 0) return !busy_;
  channel_ = sandbox::Descriptor();
  const int grace = busy_ ? 0 : kGraceMilliseconds;
  const bool gently = checkers_.end_child(checker_, grace);
  busy_ = !workers_.end_child(worker_, grace) || busy_ || !gently;
  group_.reset();
  return !busy_;
}

void CheckerClient::write_line(const std::string& line) {
  const auto text = line + "\n";
  TORCH_CHECK(::send(channel_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()),
              "the checker ended early", last_words(log_));
}

std::string CheckerClient::read_line() {
  std::array<char, 1 << 14> buffer;
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      auto line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    TORCH_CHECK(readable_within(channel_.get(), static_cast<int>(1000 * silence_seconds_)),
                "the checker says nothing", last_words(log_));
    const auto got = ::read(channel_.get(), buffer.data(), buffer.size());
    TORCH_CHECK(got > 0, "the checker ended early", last_words(log_));
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// The next line but for the one that says that the worker waits.
Json CheckerClient::read_reply() {
  for (;;) {
    auto line = Json::parse(read_line());
    if (!line.contains("ready")) return line;
    ready_ = true;
  }
}

bool CheckerClient::is_ready(double seconds) {
  if (ready_ || !readable_within(channel_.get(), static_cast<int>(1000 * seconds))) return ready_;
  ready_ = Json::parse(read_line()).contains("ready");
  return ready_;
}

void CheckerClient::run(const CheckRequest& request, const std::function<void(const CheckReply&)>& on_reply) {
  busy_ = true;
  write_line(to_json(request).dump());
  for (auto line = read_reply(); !line.contains("done"); line = read_reply()) {
    const auto reply = check_reply(line);
    on_reply(reply);
    if (reply.worker_lost) return;  // it stays busy: what became of the worker's processes, nobody knows
  }
  busy_ = false;
}

Json CheckerClient::experiment() {
  busy_ = true;
  write_line("go");
  auto line = read_reply();
  busy_ = false;
  TORCH_CHECK_VALUE(!line.contains("error"), line["error"].get<std::string>());
  return line.at("experiment");
}

}  // namespace spinlab::judging
