#include "src/judging/runner/checker_pool.h"

#include <algorithm>
#include <mutex>

#include "src/core/parallel.h"

namespace spinlab::judging {

/// Keeps lines until those before them are there.
class CheckerPool::InOrder {
 public:
  InOrder(std::size_t count, const std::function<void(const CheckReply&)>& on_line)
      : lines_(count), on_line_(on_line) {}

  void add(std::size_t place, const CheckReply& line) {
    const std::lock_guard lock(mutex_);
    lines_[place] = line;
    for (; first_ < lines_.size() && lines_[first_]; ++first_) on_line_(*lines_[first_]);
  }

 private:
  std::mutex mutex_;
  std::vector<std::optional<CheckReply>> lines_;
  std::size_t first_ = 0;  // not handed over yet
  const std::function<void(const CheckReply&)>& on_line_;
};

/// What the lanes share.
struct CheckerPool::Work {
  const std::vector<CheckInfo>& checks;
  const CheckSeeds& seeds;
  InOrder lines;
  std::atomic<std::size_t> next{0};
};

CheckerPool::CheckerPool(int lanes, std::function<Checker(std::size_t lane)> start)
    : start_(std::move(start)), checkers_(static_cast<std::size_t>(std::max(lanes, 1))) {}

void CheckerPool::prepare(bool all) {
  const auto count = all ? checkers_.size() : 1;
  for (std::size_t lane = 0; lane < count; ++lane) checkers_[lane].emplace(start_(lane));
}

void CheckerPool::run(const std::vector<CheckInfo>& checks, const CheckSeeds& seeds,
                     const std::function<void(const CheckReply&)>& on_line) {
  Work shared{checks, seeds, {checks.size(), on_line}};
  const auto lanes = std::min(checkers_.size(), checks.size());
  parallel_for(lanes, static_cast<int>(lanes), [&](std::size_t lane) { work(lane, shared); });
}

void CheckerPool::work(std::size_t lane, Work& work) {
  auto& checker = checkers_[lane];
  if (!checker) checker.emplace(start_(lane));
  const auto some_left = [&] { return work.next < work.checks.size(); };
  // Only a lane that is ready may take a check: another one may have done it by then.
  while (wait_until_ready(*checker, some_left)) {
    const auto place = work.next++;
    if (place >= work.checks.size()) return;
    work.lines.add(place, run_check(*checker, work.checks[place], work.seeds));
  }
}

bool CheckerPool::wait_until_ready(Checker& checker, const std::function<bool()>& needed) {
  constexpr double kMoment = 0.005;
  while (needed())
    if (checker.is_ready(kMoment)) return true;
  return false;
}

}  // namespace spinlab::judging
