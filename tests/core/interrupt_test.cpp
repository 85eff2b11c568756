#include "src/core/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(InterruptTest, TheFirstSignalIsNotedAndForgottenAtTheEnd) {
  {
    const Interrupt interrupt;
    EXPECT_FALSE(Interrupt::requested());
    ::raise(SIGTERM);
    EXPECT_TRUE(Interrupt::requested());
  }
  EXPECT_FALSE(Interrupt::requested());
}

TEST(InterruptTest, ABrokenPipeIsAnErrorOfTheWrite) {
  const Interrupt interrupt;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
  EXPECT_FALSE(Interrupt::requested());
}

TEST(InterruptDeathTest, TheSecondSignalIsAnsweredAndTheThirdEndsTheProgram) {
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        ::raise(SIGINT);
        ::raise(SIGINT);
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "ending in good order");
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        for (int i = 0; i < 3; ++i) ::raise(SIGINT);
        ::_exit(7);
      },
      testing::KilledBySignal(SIGINT), "once more ends it at once");
}

}  // namespace
}  // namespace spinlab
