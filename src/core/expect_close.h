#pragma once

#include <gtest/gtest.h>

#include "src/core/compare.h"

namespace spinlab {

/// The one comparator of tests and checks: EXPECT_CLOSE(actual, expected, rtol(1e-9) + atol(1e-12)).
template <typename Actual, typename Expected>
testing::AssertionResult close(const char* actual_text, const char*, const char*, const Actual& actual,
                               const Expected& expected, Tolerance tolerance) {
  const auto what = difference(actual, expected, tolerance);
  if (what.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << actual_text << ": " << what;
}

}  // namespace spinlab

#define EXPECT_CLOSE(actual, expected, tolerance) \
  EXPECT_PRED_FORMAT3(::spinlab::close, actual, expected, tolerance)
#define ASSERT_CLOSE(actual, expected, tolerance) \
  ASSERT_PRED_FORMAT3(::spinlab::close, actual, expected, tolerance)
