#pragma once

#include <filesystem>
#include <optional>

#include "src/judging/checker/memory_watch.h"
#include "src/judging/sandbox/memory_group.h"
#include "src/judging/worker/control.h"

namespace spinlab::judging {

/// Where the calls of a check are answered.
class Worker {
 public:
  virtual ~Worker() = default;

  /// Returns when begin() need not wait. Throws c10::Error where it never will.
  virtual void wait_until_ready() {}

  /// A fresh start of the submission, with its own socket. The limit of memory is beyond what it starts with. Throws
  /// c10::Error where there can be none.
  virtual Socket begin(const WorkerOrder& limits) = 0;

  struct Ending {
    int wait_status = 0;
    std::uint64_t peak_bytes = 0;
    std::uint64_t cpu_ms = 0;
    bool over_memory = false;
  };
  /// Ends what was begun, after `grace`. Throws c10::Error where the worker itself is lost.
  virtual Ending end(std::chrono::milliseconds grace) = 0;
};

/// The checker's side of a submission's worker: a process in the sandbox, forked from spinlab-worker, that forks a child
/// for each check. Where there is a memory group, it is in it before the first of them.
class SandboxedWorker : public Worker {
 public:
  /// `log` takes what the sandbox says where it does not start; `memory_group` is the folder of an empty group, or empty.
  SandboxedWorker(sandbox::Descriptor control, std::filesystem::path log, const std::filesystem::path& memory_group);

  void wait_until_ready() override;
  Socket begin(const WorkerOrder& limits) override;
  Ending end(std::chrono::milliseconds grace) override;

 private:
  void enter_group();
  void limit_group(std::uint64_t bytes);
  ReceivedReply ask(const WorkerOrder& order, int passed);
  std::string complaint() const;

  std::filesystem::path log_;
  sandbox::Descriptor control_;
  bool ready_ = false;
  sandbox::Descriptor parent_;
  std::optional<sandbox::MemoryGroup> group_;  // with the parent in it
  std::uint64_t kills_before_ = 0;
  std::optional<MemoryWatch> watch_;  // of the child
};

}  // namespace spinlab::judging
