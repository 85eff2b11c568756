#include "src/judging/runner/checker_client.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "src/core/printable.h"
#include "src/judging/sandbox/program_path.h"

namespace spinlab::judging {
namespace {

// A check's own work, and starting the worker, come on top of the time that the student's functions have.
constexpr double kCheckersOwnSeconds = 90;

bool readable_within(int descriptor, double seconds) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(seconds * 1000)) > 0;
}

}  // namespace

Checker::Checker(const std::string& program, const CheckerSettings& settings,
                 const std::filesystem::path& log)
    : silence_seconds_(settings.limits.wall_seconds() + kCheckersOwnSeconds), log_(log) {
  auto input = sandbox::writing_pipe();
  auto output = sandbox::reading_pipe();
  const sandbox::Descriptor errors(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  process_ = std::make_unique<sandbox::Process>(
      std::vector<std::string>{sandbox::companion(program)},
      sandbox::Streams{input.theirs.get(), output.theirs.get(), errors.get()}, true);
  to_ = std::move(input.ours);
  from_ = std::move(output.ours);
  write_line(to_json(settings).dump());
}

void Checker::write_line(const std::string& line) {
  const auto text = line + "\n";
  TORCH_CHECK(::write(to_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()),
              "the checker ended early", complaint());
}

std::string Checker::read_line() {
  std::array<char, 1 << 14> buffer;
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      auto line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    TORCH_CHECK(readable_within(from_.get(), silence_seconds_), "the checker says nothing", complaint());
    const auto got = ::read(from_.get(), buffer.data(), buffer.size());
    TORCH_CHECK(got > 0, "the checker ended early", complaint());
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// The next line but for the one that says that the worker waits.
Json Checker::read_answer() {
  for (;;) {
    auto line = Json::parse(read_line());
    if (!line.contains("ready")) return line;
    ready_ = true;
  }
}

bool Checker::is_ready(double seconds) {
  if (ready_ || !readable_within(from_.get(), seconds)) return ready_;
  ready_ = Json::parse(read_line()).contains("ready");
  return ready_;
}

void Checker::run(const CheckRequest& request, const std::function<void(const CheckReply&)>& on_line) {
  write_line(to_json(request).dump());
  for (;;) {
    const auto line = read_answer();
    if (line.contains("done")) return;
    on_line(check_reply(line));
  }
}

Json Checker::experiment() {
  write_line("go");
  auto line = read_answer();
  TORCH_CHECK_VALUE(!line.contains("error"), line["error"].get<std::string>());
  return line.at("experiment");
}

std::string Checker::complaint() const {
  std::ifstream file(log_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() ? "" : ": " + printable(text, 500);
}

}  // namespace spinlab::judging
