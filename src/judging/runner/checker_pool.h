#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "src/judging/runner/repeated_check.h"

namespace spinlab::judging {

/// Several checkers, each with its own worker, that share a list of checks: a student with several processors
/// waits less. The first one is started by prepare(); the others where there is something to do for them.
class CheckerPool {
 public:
  using Start = std::function<std::unique_ptr<CheckerClient>(std::size_t place)>;
  /// `start` is called for each checker, from several threads at a time; again for one whose worker was lost.
  CheckerPool(int size, Start start);

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

  Start start_;
  std::vector<std::unique_ptr<CheckerClient>> checkers_;
  std::atomic<bool> all_well_{true};
};

}  // namespace spinlab::judging
