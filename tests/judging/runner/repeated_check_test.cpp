#include "src/judging/runner/repeated_check.h"

#include <gmock/gmock.h>

#include <set>

namespace spinlab::judging {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CheckInfo two_of_three() {
  CheckInfo check;
  check.name = "Fit.Reaches";
  check.stochastic = {3, 2, 1e-6};
  return check;
}

/// The verdict where the runs end as `outcomes` say; `seeds` gets those that were asked for.
CheckReply verdict(const std::vector<Outcome>& outcomes, std::vector<std::uint64_t>& seeds, bool every_run = false,
                  bool named = true) {
  return verdict_of_runs(two_of_three(), {7, named, every_run}, [&](std::uint64_t seed) {
    const auto outcome = outcomes.at(seeds.size());
    seeds.push_back(seed);
    return CheckReply{{"Fit.Reaches", outcome, outcome == Outcome::kPassed ? "" : "0.89 is too low", 1}};
  });
}

TEST(RepeatedCheck, RunsUntilTheVerdictIsDecided) {
  using enum Outcome;
  const std::vector<std::pair<std::vector<Outcome>, Outcome>> cases{
      {{kPassed, kPassed}, kPassed},
      {{kFailed, kPassed, kPassed}, kPassed},
      {{kPassed, kFailed, kPassed}, kPassed},
      {{kFailed, kFailed}, kFailed},
      {{kPassed, kCrashed, kFailed}, kCrashed},
      {{kTimedOut, kPassed, kFailed}, kTimedOut}};
  for (const auto& [outcomes, expected] : cases) {
    std::vector<std::uint64_t> seeds;
    const auto line = verdict(outcomes, seeds);
    EXPECT_EQ(line.result.outcome, expected);
    EXPECT_EQ(line.result.runs, static_cast<int>(outcomes.size()));
    EXPECT_EQ(line.result.seconds, static_cast<double>(outcomes.size()));
    EXPECT_EQ(line.result.message.empty(), expected == kPassed);
  }
}

TEST(RepeatedCheck, TheFirstSeedIsTheRunsOwnAndAllDiffer) {
  std::vector<std::uint64_t> seeds;
  verdict({Outcome::kFailed, Outcome::kPassed, Outcome::kFailed}, seeds);
  EXPECT_THAT(seeds, ElementsAre(7, seed_of_run(7, 1), seed_of_run(7, 2)));
  EXPECT_EQ(std::set(seeds.begin(), seeds.end()).size(), 3);
}

TEST(RepeatedCheck, TheMessageNamesTheSeedThatFailed) {
  std::vector<std::uint64_t> seeds;
  const auto message = verdict({Outcome::kPassed, Outcome::kFailed, Outcome::kFailed}, seeds).result.message;
  EXPECT_THAT(message, AllOf(HasSubstr("1 of 3 seeds, 2 must"), HasSubstr("0.89 is too low"),
                             HasSubstr("seed " + std::to_string(seeds[1]))));
}

TEST(RepeatedCheck, ASeedThatTheReaderDidNotChooseIsNotNamed) {
  std::vector<std::uint64_t> seeds;
  const auto line = verdict({Outcome::kFailed, Outcome::kFailed}, seeds, false, /*named=*/false);
  EXPECT_EQ(line.result.message, "passed with 0 of 2 seeds, 2 must; 0.89 is too low");
}

TEST(RepeatedCheck, EveryRunIsMadeWhereRatesAreMeasured) {
  std::vector<std::uint64_t> seeds;
  const auto line = verdict({Outcome::kPassed, Outcome::kPassed, Outcome::kFailed}, seeds, true);
  EXPECT_EQ(line.result.outcome, Outcome::kPassed);
  EXPECT_EQ(line.result.runs, 3);
  EXPECT_EQ(line.result.passes, 2);
}

TEST(RepeatedCheck, ALostWorkerIsNoVerdict) {
  int runs = 0;
  const auto line = verdict_of_runs(two_of_three(), {7}, [&](std::uint64_t) {
    return CheckReply{{"Fit.Reaches", Outcome::kCrashed}, ++runs == 2};
  });
  EXPECT_TRUE(line.worker_lost);
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace spinlab::judging
