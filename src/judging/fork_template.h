#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

/// Whether something can be read from `descriptor`, or its other side closes, within `milliseconds`.
bool readable_within(int descriptor, int milliseconds);

/// What a process of ours said of itself in its log, as the end of a message: ": …", or nothing.
std::string last_words(const std::filesystem::path& log);

/// The runner's side of a template (sandbox/fork_server.h). Its children end with it. Used from several threads.
class ForkTemplate {
 public:
  /// Starts `command` with a control socket as descriptor 3 and `log` as its standard error. Does not wait until it is ready.
  ForkTemplate(const std::vector<std::string>& command, bool keep_environment, const std::filesystem::path& log);

  /// Asks for a child with these descriptors; it starts when the template is ready. Returns its number, from 0.
  /// Throws c10::Error where the template has ended.
  std::size_t fork(const std::vector<int>& descriptors);

  /// Ends the n-th child, gently where `grace_ms` allows it: false where it had to be killed, or nobody can tell. Every
  /// child must be ended so: until then its descriptor is kept.
  bool end_child(std::size_t n, int grace_ms);

  /// Whether it is ready, or is within `milliseconds`. Throws c10::Error where it has ended.
  bool is_ready(int milliseconds);

  /// Whether it itself has ended, which no child of it can bring about.
  bool has_ended() const;

 private:
  sandbox::Descriptor take_child(std::size_t n);
  void read_answer();

  sandbox::Descriptor control_;
  std::filesystem::path log_;
  std::mutex mutex_;
  bool ready_ = false;
  std::size_t asked_ = 0, answered_ = 0;
  std::map<std::size_t, sandbox::Descriptor> children_;  // those that answered and were not ended
  std::unique_ptr<sandbox::Process> process_;
};

}  // namespace spinlab::judging
