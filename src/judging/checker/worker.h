#pragma once

#include <memory>

#include "src/judging/worker/control.h"
#include "src/judging/worker_files.h"

namespace spinlab::judging {

/// Where the calls of a check are answered.
class Worker {
 public:
  virtual ~Worker() = default;

  /// Returns when begin() need not wait. Throws c10::Error where it never will.
  virtual void wait_until_ready() {}

  /// A fresh start of the submission, with its own socket. Throws c10::Error where there can be none.
  virtual Socket begin(const Order& limits) = 0;

  struct Ending {
    int wait_status = 0;
    std::uint64_t peak_bytes = 0;
    std::uint64_t cpu_ms = 0;
  };
  /// Ends what was begun, after `grace`. Throws c10::Error where the worker itself is lost.
  virtual Ending end(std::chrono::milliseconds grace) = 0;
  /// Whether end() failed: nothing more can be begun.
  virtual bool lost() const { return false; }
};

/// The checker's side of spinlab-worker: one warm process in the sandbox that forks a child for each check.
class SandboxedWorker : public Worker {
 public:
  /// Starts at once.
  explicit SandboxedWorker(const WorkerFiles& files);

  void wait_until_ready() override;
  Socket begin(const Order& limits) override;
  Ending end(std::chrono::milliseconds grace) override;
  bool lost() const override { return lost_; }

 private:
  Answer ask(const Order& order, int passed);
  std::string complaint() const;

  std::filesystem::path log_;
  sandbox::Descriptor control_;
  std::unique_ptr<sandbox::Process> process_;
  bool ready_ = false;
  bool lost_ = false;
};

}  // namespace spinlab::judging
