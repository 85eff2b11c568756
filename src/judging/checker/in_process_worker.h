#pragma once

#include <filesystem>
#include <thread>

#include "src/judging/checker/worker.h"
#include "src/judging/worker_files.h"

namespace spinlab::judging {

/// Answers in this very process, on a thread of its own, so that a debugger sees the student's function and
/// the check that calls it. No limit and no sandbox: for one's own code alone, and never where something is
/// decided.
class InProcessWorker : public Worker {
 public:
  /// Throws c10::Error where the object can't be loaded.
  explicit InProcessWorker(const WorkerFiles& files);
  ~InProcessWorker() override;

  Socket begin(const WorkerOrder& limits) override;
  Ending end(std::chrono::milliseconds grace) override;

 private:
  void (*serve_)(int socket, std::uint64_t seed);
  sandbox::Descriptor theirs_;
  std::thread thread_;
};

}  // namespace spinlab::judging
