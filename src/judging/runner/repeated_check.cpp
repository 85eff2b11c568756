#include "src/judging/runner/repeated_check.h"

#include <optional>

#include "src/core/seed.h"

namespace spinlab::judging {
namespace {

bool decided(const Stochastic& stochastic, const CheckResult& result) {
  const int failures = result.runs - result.passes;
  return result.passes >= stochastic.majority || failures > stochastic.runs - stochastic.majority;
}

std::string why(const CheckInfo& check, const CheckResult& all, std::optional<std::uint64_t> seed,
                const std::string& message) {
  if (check.stochastic.runs == 1) return message;
  return "passed with " + std::to_string(all.passes) + " of " + std::to_string(all.runs) + " seeds, " +
         std::to_string(check.stochastic.majority) + " must; " +
         (seed ? "with seed " + std::to_string(*seed) + ": " : "") + message;
}

}  // namespace

std::uint64_t seed_of_run(std::uint64_t seed, int run) {
  return run == 0 ? seed : derive_seed(seed, "run", static_cast<std::uint64_t>(run));
}

CheckReply verdict_of_runs(const CheckInfo& check, const CheckSeeds& seeds,
                          const std::function<CheckReply(std::uint64_t seed)>& run) {
  CheckReply verdict{{check.name, Outcome::kPassed}};
  auto& all = verdict.result;
  all.runs = 0;
  std::optional<CheckResult> first_failure;
  std::uint64_t its_seed = 0;
  while (all.runs < check.stochastic.runs && (seeds.every_run || !decided(check.stochastic, all))) {
    const auto seed = seed_of_run(seeds.seed, all.runs);
    const auto line = run(seed);
    if (line.worker_lost || line.machine_fault) return line;
    ++all.runs;
    all.seconds += line.result.seconds;
    all.passes += line.result.outcome == Outcome::kPassed;
    if (line.result.outcome == Outcome::kPassed || first_failure) continue;
    first_failure = line.result;
    verdict.out_of_checkers_memory = line.out_of_checkers_memory;
    its_seed = seed;
  }
  if (all.passes >= check.stochastic.majority) return {verdict.result};
  all.outcome = first_failure->outcome;
  all.message = why(check, all, seeds.named ? std::optional(its_seed) : std::nullopt, first_failure->message);
  return verdict;
}

CheckReply run_check(CheckerClient& checker, const CheckInfo& check, const CheckSeeds& seeds) {
  return verdict_of_runs(check, seeds, [&](std::uint64_t seed) {
    std::optional<CheckReply> last;
    checker.run({check.name, seed}, [&](const CheckReply& line) { last = line; });
    TORCH_CHECK(last, check.name,
                " is listed in assignment.json, but no file with checks has it");
    return *last;
  });
}

}  // namespace spinlab::judging
