#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "src/judging/checker/running_check.h"

namespace spinlab::judging {

/// Gives each GoogleTest test a RunningCheck and turns its result into a CheckReply.
class CheckListener : public testing::EmptyTestEventListener {
 public:
  CheckListener(const CheckerSettings& settings, std::unique_ptr<Worker> worker,
                std::function<void(const CheckReply&)> report);

  /// Returns when the first check need not wait for it, or where it does not start: that check says so.
  void wait_for_worker();
  /// For the checks from now on, in place of the settings'.
  void use_seed(std::uint64_t seed);
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestEnd(const testing::TestInfo& test) override;

 private:
  CheckReply line_for(const testing::TestInfo& test) const;

  CheckerSettings settings_;
  std::unique_ptr<Worker> worker_;
  std::function<void(const CheckReply&)> report_;
  std::optional<RunningCheck> check_;
};

}  // namespace spinlab::judging
