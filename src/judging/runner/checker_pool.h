#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "src/judging/runner/repeated_check.h"
#include "src/judging/runner/templates.h"

namespace spinlab::judging {

/// What a submission's checks may take together, whether it computes or waits.
class TimeBudget {
 public:
  explicit TimeBudget(double seconds) : seconds_(seconds) {}
  void use(double seconds) { used_ += seconds; }
  bool is_used_up() const { return used_ >= seconds_; }
  double seconds() const { return seconds_; }

 private:
  const double seconds_;
  std::atomic<double> used_{0};
};

/// Several checkers, each with its own worker, that share a list of checks: a student with several processors
/// waits less. The first one is started by prepare(); the others where there is something to do for them.
class CheckerPool {
 public:
  using Start = std::function<std::unique_ptr<CheckerClient>(std::size_t place)>;
  /// `start` is called for each checker, from several threads at a time; again for one whose worker was lost. `budget` must
  /// outlive it: once it is used up, checks count as out of time without being run.
  CheckerPool(int size, TimeBudget& budget, Start start);

  /// Starts the first one, while the compiler is at work.
  void prepare();
  /// Hands over the reply of each check, in their order, as soon as those before it are there; from several
  /// threads, one at a time. Throws what CheckerClient::run throws.
  void run(const std::vector<CheckInfo>& checks, const CheckSeeds& seeds,
           const std::function<void(const CheckReply&)>& on_reply);
  /// Ends all; false where one of them had to be replaced or killed (CheckerClient::end).
  bool end();

 private:
  class InOrder;
  struct Work;
  void work(std::size_t place, Work& work);
  static bool wait_until_ready(CheckerClient& checker, const std::function<bool()>& needed);

  CheckReply reply_for(CheckerClient& checker, const CheckInfo& check, const CheckSeeds& seeds);

  Start start_;
  TimeBudget& budget_;
  std::vector<std::unique_ptr<CheckerClient>> checkers_;
  std::atomic<bool> all_well_{true};
};

/// Of checkers from `templates`, which must outlive it.
CheckerPool checker_pool(Templates& templates, const Limits& limits, std::uint64_t seed, int size, TimeBudget& budget);

}  // namespace spinlab::judging
