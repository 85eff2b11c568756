#include "src/core/run_program.h"

#include <c10/util/Exception.h>
#include <signal.h>

#include "src/core/escape.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(RunProgram, SaysHowItEndedAndWhatItSaid) {
  std::vector<std::string> lines;
  const auto end = run_program({"sh", "-c", "echo one >&2; echo two >&2; exit 5"}, {},
                               [&](const std::string& line) { lines.push_back(line); });
  EXPECT_EQ(end.code, 5);
  EXPECT_EQ(end.said, "one\ntwo\n");
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}).code, 128 + SIGKILL);
  EXPECT_EQ(run_program({"sh", "-c", "exit $CODE"}, {"CODE=7", "PATH=/bin:/usr/bin"}).code, 7);
  EXPECT_THROW(run_program({"no-such-program-anywhere"}), c10::Error);
}

TEST(RunProgram, GivesWhatAProgramPrintsUntilItsTimeIsOver) {
  const auto end = output_of({"sh", "-c", "echo one; echo two >&2; exit 5"}, std::chrono::seconds(20));
  EXPECT_EQ(end.code, 5);
  EXPECT_EQ(end.said, "one\ntwo\n");
  EXPECT_EQ(output_of({"sh", "-c", "head -c 1000000 /dev/zero"}, std::chrono::seconds(20)).said.size(),
            1'000'000u);
  const auto killed = output_of({"sh", "-c", "echo begun; exec sleep 60"}, std::chrono::milliseconds(200));
  EXPECT_EQ(killed.code, 128 + SIGKILL);
  EXPECT_EQ(killed.said, "begun\n");
  EXPECT_THROW(output_of({"no-such-program-anywhere"}, std::chrono::seconds(1)), c10::Error);
}

TEST(RunProgram, AQuotedWordComesThroughAShell) {
  const std::string word = "it's $HOME; \"quoted\" \\ and\nbroken";
  EXPECT_EQ(run_program({"sh", "-c", "printf %s " + shell_quoted(word) + " >&2"}).said, word);
}

}  // namespace
}  // namespace spinlab
