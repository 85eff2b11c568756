// GoogleTest's main, but for a suite of which every test was skipped: that is no success.
#include <gmock/gmock.h>

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;  // as SKIP_RETURN_CODE of cmake/discover_suites.cmake
  testing::InitGoogleMock(&argc, argv);
  const int failed = RUN_ALL_TESTS();
  const auto& tests = *testing::UnitTest::GetInstance();
  const bool nothing_ran = tests.test_to_run_count() > 0 && tests.successful_test_count() == 0;
  return failed == 0 && nothing_ran ? kSkipped : failed;
}
