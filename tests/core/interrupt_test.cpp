#include "src/core/interrupt.h"

#include <signal.h>

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

TEST(InterruptDeathTest, TheSecondSignalEndsTheProgram) {
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace spinlab
