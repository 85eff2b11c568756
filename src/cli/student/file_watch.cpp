#include "src/cli/student/file_watch.h"

#include <c10/util/Exception.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "src/core/called_as.h"
#include "src/core/interrupt.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

constexpr int kPatienceMs = 200;  // how soon Ctrl-C is noticed
constexpr int kQuietMs = 30;      // an editor may write twice for one save

bool readable(int descriptor, int milliseconds) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, milliseconds) > 0;
}

}  // namespace

FileWatch::FileWatch(const fs::path& file)
    : name_(file.filename()), descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  const auto folder = fs::absolute(file).parent_path();
  TORCH_CHECK(::inotify_add_watch(descriptor_, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) >= 0,
              folder.string(), " can't be watched: ", std::generic_category().message(errno), "; use ",
              called_as(), " check");
}

FileWatch::~FileWatch() { ::close(descriptor_); }

bool FileWatch::read_events() {
  alignas(inotify_event) std::array<char, 1 << 13> buffer;
  const auto count = ::read(descriptor_, buffer.data(), buffer.size());
  bool ours = false;
  for (ssize_t at = 0; at < count;) {
    const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
    ours = ours || (event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && name_ == event->name);
    at += static_cast<ssize_t>(sizeof *event + event->len);
  }
  return ours;
}

bool FileWatch::wait() {
  while (!saved_ && !Interrupt::requested()) saved_ = readable(descriptor_, kPatienceMs) && read_events();
  while (saved_ && readable(descriptor_, kQuietMs)) read_events();
  return std::exchange(saved_, false) && !Interrupt::requested();
}

}  // namespace spinlab::cli
