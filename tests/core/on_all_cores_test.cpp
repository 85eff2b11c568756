#include "src/core/on_all_cores.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace spinlab {
namespace {

/// The number of threads that LibTorch has, while it lives.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }

 private:
  int before_;
};

TEST(OnAllCores, EveryNumberIsSeenOnce) {
  for (const int threads : {1, 2, 3}) {
    const Threads some(threads);
    for (const int64_t count : {0, 1, 2, 7, 1000}) {
      for (const int64_t grain : {1, 5, 2000}) {
        std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
        on_all_cores(count, grain, [&](int64_t begin, int64_t end) {
          for (auto i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
        });
        for (const auto& times : seen) EXPECT_EQ(times, 1) << count << " in parts of " << grain;
      }
    }
  }
}

/// Each part waits until the other has begun: on one thread the first would wait in vain.
TEST(OnAllCores, PartsRunAtTheSameTime) {
  const Threads two(2);
  std::atomic<int> begun = 0, met = 0;
  on_all_cores(2, 1, [&](int64_t, int64_t) {
    ++begun;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (begun < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    if (begun == 2) ++met;
  });
  EXPECT_EQ(met, 2);
}

TEST(OnAllCores, OperatorsInsideUseOneThread) {
  const Threads two(2);
  std::atomic<int> inside = 0;
  on_all_cores(2, 1, [&](int64_t, int64_t) { inside += at::in_parallel_region(); });
  EXPECT_EQ(inside, 2);
  EXPECT_FALSE(at::in_parallel_region());
}

TEST(OnAllCores, TheCallersGradModeHolds) {
  const Threads two(2);
  const at::NoGradGuard none;
  std::atomic<int> with = 0;
  on_all_cores(2, 1, [&](int64_t, int64_t) { with += at::GradMode::is_enabled(); });
  EXPECT_EQ(with, 0);
}

TEST(OnAllCores, AnExceptionIsThrown) {
  const Threads two(2);
  const auto bad = [](int64_t begin, int64_t) {
    if (begin > 0) throw std::runtime_error("the second part");
  };
  EXPECT_THROW(on_all_cores(2, 1, bad), std::runtime_error);
}

}  // namespace
}  // namespace spinlab
