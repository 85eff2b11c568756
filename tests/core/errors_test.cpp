#include "src/core/errors.h"

#include <sstream>
#include <stdexcept>

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

ExitCode run(const std::function<void()>& body, std::string& line) {
  std::ostringstream out;
  const auto code = report_errors(
      [&] {
        body();
        return ExitCode::kDone;
      },
      out);
  line = out.str();
  return code;
}

TEST(ReportErrors, AUsersMistakeIsOneLineAndTwo) {
  std::string line;
  EXPECT_EQ(run([] { TORCH_CHECK_VALUE(false, "no recipe \"x\"; see spinlab list"); }, line),
            ExitCode::kUserMistake);
  EXPECT_EQ(line, "spinlab: no recipe \"x\"; see spinlab list\n");
}

TEST(ReportErrors, OursIsThreeAndStillOneLine) {
  std::string line;
  EXPECT_EQ(run([] { TORCH_CHECK(false, "disk full"); }, line), ExitCode::kOurFault);
  EXPECT_EQ(line, "spinlab: disk full\n");
  EXPECT_EQ(run([] { throw std::runtime_error("odd\nstack"); }, line), ExitCode::kOurFault);
  EXPECT_EQ(line, "spinlab: odd\n");
  EXPECT_EQ(run([] { throw std::bad_alloc(); }, line), ExitCode::kOurFault);
}

TEST(ReportErrors, AWarningIsALineAndNoFault) {
  std::string line;
  EXPECT_EQ(run([] { TORCH_WARN("not at its optimum"); }, line), ExitCode::kDone);
  EXPECT_EQ(line, "spinlab: warning: not at its optimum\n");
}

TEST(ReportErrors, DoneIsZeroAndSilent) {
  std::string line;
  EXPECT_EQ(run([] {}, line), ExitCode::kDone);
  EXPECT_EQ(line, "");
}

}  // namespace
}  // namespace spinlab
