#include "src/training/ranks/together.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <sstream>
#include <thread>

#include "src/core/errors.h"

namespace spinlab::training {
namespace {

/// Rank 0 fails for the same reason as a rule, and says it better.
constexpr auto kFirstMaySpeak = std::chrono::seconds(2);

std::string named(int rank, const std::string& problem) {
  return rank == 0 ? problem : "rank " + std::to_string(rank) + ": " + problem;
}

struct Outcome {
  ExitCode code = ExitCode::kDone;
  /// What went wrong, as report_errors says it, without "spinlab: " and the end of the line.
  std::string problem;
};

Outcome outcome_of(const std::function<void()>& work) {
  std::ostringstream said;
  const auto code = report_errors([&] { return work(), ExitCode::kDone; }, said);
  if (code == ExitCode::kDone) return {};
  constexpr std::string_view kName = "spinlab: ";
  const auto line = said.str();
  return {code, line.substr(kName.size(), line.size() - kName.size() - 1)};
}

}  // namespace

void together(Ranks& ranks, const std::function<void()>& work) {
  if (ranks.is_alone()) return work();
  const auto [code, problem] = outcome_of(work);
  const auto problems =
      ranks.gather(code == ExitCode::kDone ? "" : std::to_string(static_cast<int>(code)) + problem);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (problems[i].empty()) continue;
    const auto text = named(static_cast<int>(i), problems[i].substr(1));
    TORCH_CHECK_VALUE(problems[i].front() != '2', text);
    TORCH_CHECK(false, text);
  }
}

void bound_together(Ranks& ranks, const std::function<void()>& work) {
  if (ranks.is_alone()) return work();
  const auto [code, problem] = outcome_of(work);
  if (code == ExitCode::kDone) return;
  if (!ranks.is_first()) std::this_thread::sleep_for(kFirstMaySpeak);
  say_from_any(named(ranks.rank(), problem));
  ranks.abort(static_cast<int>(code));
}

}  // namespace spinlab::training
