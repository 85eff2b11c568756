#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "src/judging/runner/repeated_check.h"

namespace spinlab::judging {

/// Several checkers, each with its own worker, that share a list of checks: a student with several processors
/// waits less. The first lane is started by prepare(); the others where there is something to do for them.
class CheckerPool {
 public:
  /// `start` is called for each lane, from several threads at a time.
  CheckerPool(int lanes, std::function<Checker(std::size_t lane)> start);

  /// Starts all lanes, while somebody edits: otherwise the first one alone, while the compiler has the other
  /// processors.
  void prepare(bool all);
  /// Hands over the line of each check, in their order, as soon as those before it are there; from several
  /// threads, one at a time. Throws what Checker::run throws.
  void run(const std::vector<CheckInfo>& checks, const CheckSeeds& seeds,
           const std::function<void(const CheckReply&)>& on_line);

 private:
  class InOrder;
  struct Work;
  void work(std::size_t lane, Work& work);
  static bool wait_until_ready(Checker& checker, const std::function<bool()>& needed);

  std::function<Checker(std::size_t lane)> start_;
  std::vector<std::optional<Checker>> checkers_;
};

}  // namespace spinlab::judging
