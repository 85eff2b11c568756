#include "src/judging/runner/checker_pool.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "src/core/parallel.h"

namespace spinlab::judging {

/// Keeps replies until those before them are there.
class CheckerPool::InOrder {
 public:
  InOrder(std::size_t count, const std::function<void(const CheckReply&)>& on_reply)
      : replies_(count), on_reply_(on_reply) {}

  void add(std::size_t place, const CheckReply& reply) {
    const std::lock_guard lock(mutex_);
    replies_[place] = reply;
    for (; first_ < replies_.size() && replies_[first_]; ++first_) on_reply_(*replies_[first_]);
  }

 private:
  std::mutex mutex_;
  std::vector<std::optional<CheckReply>> replies_;
  std::size_t first_ = 0;  // not handed over yet
  const std::function<void(const CheckReply&)>& on_reply_;
};

/// What the checkers share.
struct CheckerPool::Work {
  const std::vector<CheckInfo>& checks;
  const CheckSeeds& seeds;
  InOrder replies;
  std::atomic<std::size_t> next{0};
};

CheckerPool::CheckerPool(int size, TimeBudget& budget, Start start)
    : start_(std::move(start)), budget_(budget), checkers_(static_cast<std::size_t>(std::max(size, 1))) {}

void CheckerPool::prepare() { checkers_.front() = start_(0); }

void CheckerPool::run(const std::vector<CheckInfo>& checks, const CheckSeeds& seeds,
                      const std::function<void(const CheckReply&)>& on_reply) {
  Work shared{checks, seeds, {checks.size(), on_reply}};
  const auto used = std::min(checkers_.size(), checks.size());
  parallel_for(used, static_cast<int>(used), [&](std::size_t place) { work(place, shared); });
}

bool CheckerPool::end() {
  for (const auto& checker : checkers_)
    if (checker && !checker->end()) all_well_ = false;
  return all_well_;
}

void CheckerPool::work(std::size_t place, Work& work) {
  auto& checker = checkers_[place];
  if (!checker) checker = start_(place);
  const auto some_left = [&] { return work.next < work.checks.size(); };
  // Only a checker that is ready may take a check: another one may have done it by then.
  while (wait_until_ready(*checker, some_left)) {
    const auto next = work.next++;
    if (next >= work.checks.size()) return;
    const auto reply = reply_for(*checker, work.checks[next], work.seeds);
    work.replies.add(next, reply);
    if (!reply.worker_lost) continue;
    all_well_ = false;
    checker = start_(place);
  }
}

CheckReply CheckerPool::reply_for(CheckerClient& checker, const CheckInfo& check, const CheckSeeds& seeds) {
  if (budget_.is_used_up())
    return {{check.name, Outcome::kTimedOut,
             "not run: those before it took the " + std::to_string(std::lround(budget_.seconds())) +
                 " s that the whole submission has"}};
  auto reply = run_check(checker, check, seeds);
  budget_.use(reply.result.seconds);
  return reply;
}

bool CheckerPool::wait_until_ready(CheckerClient& checker, const std::function<bool()>& needed) {
  constexpr double kMoment = 0.005;
  while (needed())
    if (checker.is_ready(kMoment)) return true;
  return false;
}

CheckerPool checker_pool(Templates& templates, const Limits& limits, std::uint64_t seed, int size, TimeBudget& budget) {
  const CheckLimits of_check{limits.check_seconds, limits.memory_bytes};
  return {size, budget, [&templates, of_check, seed](std::size_t place) {
            return templates.new_checker(seed, of_check, place);
          }};
}

}  // namespace spinlab::judging
