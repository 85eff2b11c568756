#include "src/training/sweeps/fork_pool.h"

#include <signal.h>
#include <unistd.h>

#include <map>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ForkPoolTest : public SpinlabTest {};

TEST_F(ForkPoolTest, EachIsAProcessOfItsOwnAndSaysHowItEnded) {
  std::map<std::size_t, int> codes;
  fork_each(
      5, 2,
      [&](std::size_t i) {
        if (i == 3) ::raise(SIGKILL);
        if (i == 4) throw 1;
        write_file(folder() / std::to_string(i), std::to_string(::getpid()));
        return static_cast<int>(i) * 10;
      },
      [&](std::size_t i, int code) { codes[i] = code; });
  EXPECT_EQ(codes, (std::map<std::size_t, int>{{0, 0}, {1, 10}, {2, 20}, {3, 128 + SIGKILL}, {4, 3}}));
  EXPECT_NE(read_file(folder() / "0", 100), read_file(folder() / "1", 100));
}

TEST_F(ForkPoolTest, NoMoreRunThanAreAllowed) {
  const auto running = folder() / "running";
  fork_each(
      6, 2,
      [&](std::size_t i) {
        write_file(running / std::to_string(i), "");
        ::usleep(20'000);
        const auto now = std::distance(std::filesystem::directory_iterator(running), {});
        std::filesystem::remove(running / std::to_string(i));
        return now <= 2 ? 0 : 1;
      },
      [](std::size_t, int code) { EXPECT_EQ(code, 0); });
}

}  // namespace
}  // namespace spinlab::training
