#include "experiments/run.h"

#include <ATen/Parallel.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>

#include "src/core/interrupt.h"
#include "src/core/on_all_cores.h"
#include "src/core/progress.h"

namespace spinlab::experiments {
namespace {

/// Costs are of any unit: in these parts of the whole.
constexpr double kParts = 1e6;

/// Safe from every thread.
class Done {
 public:
  Done(const std::string& title, double total, bool shown) : total_(total) {
    if (shown) progress_ = std::make_unique<Progress>(title, static_cast<int64_t>(kParts));
  }

  void add(double cost) {
    const std::lock_guard lock(mutex_);
    done_ += cost;
    if (progress_) progress_->update(static_cast<int64_t>(std::llround(kParts * done_ / total_)));
  }

 private:
  double total_, done_ = 0;
  std::mutex mutex_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace

void Run::tasks(const std::string& title, const std::vector<double>& costs,
                const std::function<void(int64_t)>& body) const {
  const auto count = static_cast<int64_t>(costs.size());
  Done done(title, std::accumulate(costs.begin(), costs.end(), 0.0), shows_progress_);
  std::atomic<int64_t> next = 0;
  const auto worker = [&] {
    for (int64_t i = next++; i < count; i = next++) {
      go_on();
      body(i);
      done.add(costs[static_cast<size_t>(i)]);
    }
  };
  on_all_cores(at::get_num_threads(), 1, [&](int64_t begin, int64_t end) {
    try {
      for (auto each = begin; each < end; ++each) worker();
    } catch (...) {
      next = count;  // the others begin nothing more
      throw;
    }
  });
}

void Run::go_on() {
  if (Interrupt::requested()) throw Interrupted();
}

Json run_experiment(const std::string& name, const Json& settings, std::uint64_t seed,
                    const datasets::DataFolders& data, bool shows_progress) {
  const auto found = registry<ExperimentEntry>().find(name);
  TORCH_CHECK(found != registry<ExperimentEntry>().end(), "experiments/", name,
              " has no source that registers it; add it to experiments/CMakeLists.txt");
  const auto begin = std::chrono::steady_clock::now();
  const Run run(settings, name, seed, data, shows_progress);
  auto numbers = found->second.numbers(run);
  run.settings.expect_no_other_keys();
  Json result;
  result["experiment"] = name;
  result["seed"] = seed;
  result["settings"] = settings;
  result["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.update(numbers);
  return result;
}

}  // namespace spinlab::experiments
