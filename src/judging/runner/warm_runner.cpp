#include "src/judging/runner/warm_runner.h"

#include <c10/util/Exception.h>

#include <mutex>

#include "src/judging/runner/assignment_programs.h"

namespace fs = std::filesystem;

namespace spinlab::judging {

/// The templates that no submission uses now.
class WarmRunner::Idle {
 public:
  explicit Idle(std::chrono::milliseconds patience) : patience_(patience) {}

  std::unique_ptr<Templates> take(const Assignment& assignment) {
    const std::lock_guard lock(mutex_);
    require_same(assignment);
    if (waiting_.empty()) return std::make_unique<Templates>(assignment, checker_of(assignment));
    auto templates = std::move(waiting_.back());
    waiting_.pop_back();
    return templates;
  }

  void give_back(std::unique_ptr<Templates> templates) {
    templates->folder().clear();
    templates->start_compiler(patience_);
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(templates));
  }

 private:
  /// An assignment's copies with fewer checks are built and run by the same.
  void require_same(const Assignment& assignment) {
    if (folder_.empty()) folder_ = assignment.folder;
    TORCH_CHECK(folder_ == assignment.folder, "a WarmRunner of ", folder_.string(), " was given a submission to ",
                assignment.folder.string());
  }

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  fs::path folder_;
  std::vector<std::unique_ptr<Templates>> waiting_;
};

WarmRunner::WarmRunner(std::chrono::milliseconds patience) : idle_(std::make_shared<Idle>(patience)) {}

void WarmRunner::prepare(const Assignment& assignment) const { idle_->give_back(idle_->take(assignment)); }

Report WarmRunner::operator()(const Assignment& assignment, const fs::path& source,
                              const RunOptions& options) const {
  require_sandbox(options);
  auto templates = idle_->take(assignment);
  auto run = run_with(*templates, assignment, source, options);
  if (run.templates_are_clean) idle_->give_back(std::move(templates));
  return std::move(run.report);
}

Report run_submission(const Assignment& assignment, const fs::path& source, const RunOptions& options) {
  require_sandbox(options);
  Templates templates(assignment, checker_of(assignment));
  return run_with(templates, assignment, source, options).report;
}

}  // namespace spinlab::judging
