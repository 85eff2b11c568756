#pragma once

#include <memory>

#include "src/grading/worker/control.h"
#include "src/grading/worker/worker_files.h"

namespace spinlab::grading {

/// The checker's side of spinlab-worker: one warm process in the sandbox that forks a child for each check.
class Worker {
 public:
  /// Starts at once.
  explicit Worker(const WorkerFiles& files);

  /// A fresh child with its own socket. Throws c10::Error where the worker does not start or can't fork.
  Socket begin(const Order& limits);

  struct Ending {
    int wait_status = 0;
    std::uint64_t peak_bytes = 0;
  };
  /// Ends the child after `grace`. Throws c10::Error where the worker itself is lost.
  Ending end(std::chrono::milliseconds grace);
  /// Whether end() failed: nothing more can be begun.
  bool lost() const { return lost_; }

 private:
  void wait_until_ready();
  Answer ask(const Order& order, int passed);
  std::string complaint() const;

  std::filesystem::path log_;
  sandbox::Descriptor control_;
  std::unique_ptr<sandbox::Process> process_;
  bool ready_ = false;
  bool lost_ = false;
};

}  // namespace spinlab::grading
