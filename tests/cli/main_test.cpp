#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

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

TEST(Main, HelpIsNoMistake) {
  const auto outcome = run_spinlab({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("train"));
}

}  // namespace
}  // namespace spinlab::cli
