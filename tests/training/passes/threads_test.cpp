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
  EXPECT_EQ(measured_threads([] { last(12.0 / at::get_num_threads()); }, 3), 3);
}

TEST(MeasuredThreads, AreOneWhereTheStepGainsNothing) {
  EXPECT_EQ(measured_threads([] { last(4); }, 3), 1);
  EXPECT_EQ(measured_threads([] { last(2.0 * at::get_num_threads()); }, 3), 1);
}

TEST(MeasuredThreads, MayBeBetween) {
  EXPECT_EQ(measured_threads([] { last(at::get_num_threads() == 2 ? 2 : 8); }, 4), 2);
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
