#include "src/training/passes/threads.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "src/training/device.h"

namespace spinlab::training {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr int kTurns = 3;
constexpr double kTotalSeconds = 0.06, kTrialSeconds = 0.005, kHopeless = 2;
/// A step that takes longer is tried once: what a measurement is off by is little beside it, and a run is to
/// begin.
constexpr double kVeryLongSeconds = 0.5;
/// More threads must be faster by more than this factor. Where a step is short they wait for each other, and
/// another process costs them dearly; from kLongSeconds on only what a measurement is off by counts.
constexpr double kWorthMoreThreads = 0.75, kWorthMoreThreadsWhenLong = 0.95, kLongSeconds = 0.02;

struct Candidate {
  int threads;
  std::vector<double> seconds;

  double median() const {
    auto sorted = seconds;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

std::vector<Candidate> candidates(int available) {
  std::vector<Candidate> all;
  for (int threads = 1; threads < available; threads *= 2) all.push_back({threads, {}});
  all.push_back({available, {}});
  return all;
}

/// Of one step: the first, which wakes the threads, does not count.
double trial(const std::function<void()>& step, int threads) {
  const ThreadScope scope(threads);
  auto start = Clock::now();
  step();
  Seconds spent = Clock::now() - start;
  if (spent.count() > kVeryLongSeconds) return spent.count();
  start = Clock::now();
  int steps = 0;
  do {
    step();
    ++steps;
    spent = Clock::now() - start;
  } while (spent.count() < kTrialSeconds);
  return spent.count() / steps;
}

/// On cores that others use, a step on several threads can take a hundred times as long: once is enough.
void drop_the_hopeless(std::vector<Candidate>& all) {
  const auto best = std::ranges::min(all, {}, &Candidate::median).median();
  std::erase_if(all, [&](const Candidate& candidate) { return candidate.median() > kHopeless * best; });
}

}  // namespace

int measured_threads(const std::function<void()>& step, int available) {
  return measured_threads_by([&](int threads) { return trial(step, threads); }, available);
}

int measured_threads_by(const std::function<double(int)>& seconds, int available) {
  TORCH_CHECK_VALUE(available >= 1, "a step needs a thread, got ", available);
  auto all = candidates(available);
  if (all.size() == 1) return available;
  const auto start = Clock::now();
  for (int turn = 0; turn < kTurns || Seconds(Clock::now() - start).count() < kTotalSeconds; ++turn) {
    for (auto& candidate : all) candidate.seconds.push_back(seconds(candidate.threads));
    drop_the_hopeless(all);
    if (all.size() == 1 || all.front().median() > kVeryLongSeconds) break;
  }
  auto* best = &all.front();
  for (auto& candidate : all) {
    const auto worth = best->median() < kLongSeconds ? kWorthMoreThreads : kWorthMoreThreadsWhenLong;
    if (candidate.median() < worth * best->median()) best = &candidate;
  }
  return best->threads;
}

}  // namespace spinlab::training
