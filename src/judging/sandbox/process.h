#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::sandbox {

/// A descriptor that is closed at the end and not inherited by programs that are started meanwhile.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return number_; }
  int release();

 private:
  int number_ = -1;
};

struct Pair {
  Descriptor ours, theirs;
};

/// Both throw std::system_error. A pipe that we read (write).
Pair reading_pipe();
Pair writing_pipe();
/// A socket pair of the given type (SOCK_STREAM, SOCK_SEQPACKET).
Pair socket_pair(int type);

/// What a started program finds as its descriptors 0 to 3; -1 is /dev/null (for 3: closed).
struct Streams {
  int input = -1, output = -1, error = -1, channel = -1;
};

/// Whose end a child process shares. One in a group of its own ends with all that it started and that stayed in its group,
/// and hears nothing of a Ctrl-C.
enum class Group { kOurs, kItsOwn };

/// A child process; killed and waited for at the end of its life here.
class Process {
 public:
  /// `command[0]` is a path. An environment of PATH, LC_ALL and, where `keep_environment`, ours. Throws
  /// std::system_error.
  Process(const std::vector<std::string>& command, const Streams& streams, bool keep_environment,
          const std::filesystem::path& folder = {}, Group group = Group::kOurs);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The wait status, or nothing where it still runs at the deadline.
  std::optional<int> wait_until(std::chrono::steady_clock::time_point deadline);
  void kill();

 private:
  bool has_ended() const;

  pid_t pid_ = -1;
  Group group_;
  std::optional<int> status_;
};

/// "signal SIGSEGV (Segmentation fault)", "exit status 3".
std::string describe_status(int wait_status);

}  // namespace spinlab::sandbox
