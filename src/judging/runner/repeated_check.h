#pragma once

#include "src/judging/assignment.h"
#include "src/judging/runner/checker_client.h"

namespace spinlab::judging {

struct CheckSeeds {
  std::uint64_t seed = 0;
  bool named = false;      // in messages: only where whoever reads them chose it
  bool every_run = false;  // also those that can no longer change the verdict: to measure how often one fails
};

/// Of the i-th run of a check, of which the first has the seed itself.
std::uint64_t seed_of_run(std::uint64_t seed, int run);

/// Runs a check as often as its verdict needs: passed where a majority of its seeds did, else as the first run
/// that did not pass, whose seed the message may name. A run that lost the worker ends it.
CheckReply run_check(CheckerClient& checker, const CheckInfo& check, const CheckSeeds& seeds);

/// The same of lines that `run` gets for a seed.
CheckReply verdict_of_runs(const CheckInfo& check, const CheckSeeds& seeds,
                          const std::function<CheckReply(std::uint64_t seed)>& run);

}  // namespace spinlab::judging
