#include <stdlib.h>

#include "src/core/errors.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Main, AnUnknownCommandIsToldTheNearest) {
  const auto outcome = run_spinlab({"tran", "mnist-mlp"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown command \"tran\"; did you mean \"train\"?"));
}

TEST(Main, AnUnknownOptionIsNamed) {
  const auto outcome = run_spinlab({"list", "--everything"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--everything"));
}

TEST(Main, ANegativeSeedIsRefusedByEachCommandThatTakesOne) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"demo"},
                                                                 {"experiment", "grokking"},
                                                                 {"data", "show", "linear"},
                                                                 {"sample", "run"},
                                                                 {"check", "01-regression"},
                                                                 {"grade", "01-regression", "x.cpp"},
                                                                 {"validate", "01-regression"},
                                                                 {"train", "mnist-mlp"}}) {
    auto with_seed = words;
    with_seed.insert(with_seed.end(), {"--seed", "-1"});
    const auto outcome = run_spinlab(with_seed);
    EXPECT_EQ(outcome.code, static_cast<int>(ExitCode::kUserMistake)) << words[0] << ": " << outcome.err;
    EXPECT_THAT(outcome.err, testing::AnyOf(HasSubstr("--seed: must be 0 or more, got -1"),
                                            HasSubstr("seed must lie in [0, ")))
        << words[0];
  }
}

TEST(Main, AMisspeltOptionIsToldTheNearest) {
  const auto outcome = run_spinlab({"check", "01", "--fliter", "FitRidge.*"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "spinlab: unknown option \"--fliter\"; did you mean \"--filter\"?; see ./spinlab check --help\n");
}

TEST(Main, AMisspeltOrMissingSubcommandIsToldWhatThereIs) {
  EXPECT_THAT(run_spinlab({"data", "ftch"}).err,
              HasSubstr("unknown subcommand \"ftch\"; did you mean \"fetch\"?"));
  EXPECT_THAT(run_spinlab({"data"}).err,
              HasSubstr("a subcommand is missing; known: list, fetch, verify, show"));
}

TEST(Main, WhoNamesNoAssignmentIsToldWhichThereAre) {
  for (const auto* command : {"check", "hint", "reset"}) {
    const auto outcome = run_spinlab({command});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("assignment is required; known: 01-regression, "));
  }
}

TEST(Main, CommandsArePrintedAsTheUserCallsThem) {
  ::setenv("SPINLAB_CALLED_AS", "../course/spinlab", 1);
  const auto help = run_spinlab({"check", "--help"}).out;
  ::unsetenv("SPINLAB_CALLED_AS");
  EXPECT_THAT(help, HasSubstr("Usage: ../course/spinlab check "));
  EXPECT_THAT(help, HasSubstr("Example: ../course/spinlab check 01-regression"));
}

TEST(Main, HelpIsNoMistake) {
  const auto outcome = run_spinlab({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("train"));
}

TEST(Main, HelpIsGroupedByWhoUsesACommand) {
  const auto help = run_spinlab({"--help"}).out;
  EXPECT_THAT(help, ContainsRegex("Students:\n  check +Compile"));
  EXPECT_THAT(help, ContainsRegex("Experimenters:\n  bench "));
  EXPECT_THAT(help, Not(HasSubstr("grade-task")));
}

TEST(Main, SpinlabItselfLoadsNoLibTorch) {
  const auto program = read_file(program_folder() / "spinlab", 1 << 30);
  EXPECT_THAT(program, HasSubstr("libc10.so"));
  EXPECT_THAT(program, Not(HasSubstr("libtorch_cpu.so")));
}

TEST(Main, TheZooHasItsCommandsHelpAndMistakes) {
  EXPECT_THAT(run_spinlab({"train", "--help"}).out, HasSubstr("Usage: ./spinlab train [OPTIONS] recipe"));
  EXPECT_THAT(run_spinlab({"data", "show", "--help"}).out, HasSubstr("Usage: ./spinlab data show"));
  const auto mistake = run_spinlab({"bench", "nothing"});
  EXPECT_EQ(mistake.code, 2);
  EXPECT_THAT(mistake.err, HasSubstr("nothing not in {training,"));
}

}  // namespace
}  // namespace spinlab::cli
