#include "src/training/passes/threads.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <chrono>
#include <thread>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

/// A step of so many milliseconds.
void last(double milliseconds) {
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds));
}

TEST(MeasuredThreads, AreAllWhereTheStepGainsByThem) {
  EXPECT_EQ(measured_threads_by([](int threads) { return 12.0 / threads; }, 3), 3);
}

TEST(MeasuredThreads, AreOneWhereTheStepGainsNothingOrLittle) {
  EXPECT_EQ(measured_threads_by([](int) { return 4; }, 3), 1);
  EXPECT_EQ(measured_threads_by([](int threads) { return 2.0 * threads; }, 3), 1);
  EXPECT_EQ(measured_threads_by([](int threads) { return threads == 1 ? 4e-3 : 3.1e-3; }, 3), 1);
}

// Of a fifth of a second nobody gives a tenth away because of what short steps lose to other processes.
TEST(MeasuredThreads, AreAllWhereALongStepGainsALittle) {
  EXPECT_EQ(measured_threads_by([](int threads) { return threads == 1 ? 0.2 : 0.17; }, 2), 2);
  EXPECT_EQ(measured_threads_by([](int threads) { return threads == 1 ? 0.2 : 0.195; }, 2), 1);
}

TEST(MeasuredThreads, MayBeBetween) {
  EXPECT_EQ(measured_threads_by([](int threads) { return threads == 2 ? 2 : 3; }, 4), 2);
}

// Now and then a trial is disturbed; and what is hopeless is tried once.
TEST(MeasuredThreads, AreJudgedByMediansAndNotTriedWhenHopeless) {
  int trials = 0, hopeless = 0;
  const auto seconds = [&](int threads) {
    hopeless += threads == 4;
    if (threads == 4) return 0.1;
    return ++trials % 5 == 0 ? 0.05 : 0.01 / threads;
  };
  EXPECT_EQ(measured_threads_by(seconds, 4), 2);
  EXPECT_EQ(hopeless, 1);
}

// A run is to begin: nobody waits for a dozen steps of a minute.
TEST(MeasuredThreads, AreTriedOnceWhereAStepIsVeryLong) {
  int trials = 0;
  const auto seconds = [&](int threads) { return ++trials, 60.0 / threads; };
  EXPECT_EQ(measured_threads_by(seconds, 2), 2);
  EXPECT_EQ(trials, 2);
}

TEST(MeasuredThreads, LeaveTheNumberOfThreadsAsItWas) {
  const auto before = at::get_num_threads();
  measured_threads([] { last(1); }, 2);
  EXPECT_EQ(at::get_num_threads(), before);
}

TEST(MeasuredThreads, NeedNoTrialWhereThereIsOneAndRefuseNone) {
  EXPECT_EQ(measured_threads([] { FAIL(); }, 1), 1);
  EXPECT_THROW(measured_threads([] {}, 0), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::training
