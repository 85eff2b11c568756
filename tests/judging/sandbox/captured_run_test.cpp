#include "src/judging/sandbox/captured_run.h"

#include <sys/wait.h>

#include "src/judging/sandbox/process.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

CapturedRun shell(const std::string& script, milliseconds patience = milliseconds(5000),
                  std::size_t max_bytes = 1000) {
  return run_captured({"/bin/sh", "-c", script}, steady_clock::now() + patience, max_bytes);
}

TEST(CapturedRun, KeepsBothStreamsAndTheStatus) {
  const auto run = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(run.text, "out\nerr\n");
  ASSERT_TRUE(run.status.has_value());
  EXPECT_EQ(WEXITSTATUS(*run.status), 3);
}

TEST(CapturedRun, AFloodIsReadToItsEndAndCut) {
  const auto run = shell("head -c 1000000 /dev/zero; exit 0");
  EXPECT_EQ(run.text.size(), 1000u);
  EXPECT_EQ(run.status, 0);
}

TEST(CapturedRun, TheDeadlineEndsIt) {
  const auto start = steady_clock::now();
  const auto run = shell("echo begun; sleep 60", milliseconds(200));
  EXPECT_EQ(run.text, "begun\n");
  EXPECT_FALSE(run.status.has_value());
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(CapturedRun, TheEnvironmentIsNotHandedOn) {
  ::setenv("SPINLAB_SECRET", "expected values", 1);
  EXPECT_EQ(shell("echo $SPINLAB_SECRET").text, "\n");
  ::unsetenv("SPINLAB_SECRET");
}

TEST(CapturedRun, AProgramThatIsMissingIsAnError) {
  EXPECT_THROW(run_captured({"/no/such/program"}, steady_clock::now() + milliseconds(100), 10),
               std::system_error);
}

TEST(DescribeStatus, NamesSignals) {
  EXPECT_THAT(describe_status(*shell("kill -SEGV $$").status), HasSubstr("SIGSEGV"));
  EXPECT_EQ(describe_status(*shell("exit 7").status), "exit status 7");
}

}  // namespace
}  // namespace spinlab::sandbox
