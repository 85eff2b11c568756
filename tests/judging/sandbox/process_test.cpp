#include "src/judging/sandbox/process.h"

#include <fstream>
#include <thread>

#include "tests/support/spinlab_test.h"

namespace spinlab::sandbox {
namespace {

using namespace std::chrono_literals;
using ProcessTest = SpinlabTest;

/// Of a shell that waits for it.
pid_t sleeper_of(const std::filesystem::path& file) {
  pid_t sleeper = 0;
  while (!(std::ifstream(file) >> sleeper)) std::this_thread::sleep_for(1ms);
  return sleeper;
}

/// One that nobody has waited for yet has no command line.
bool runs(pid_t process) {
  std::string line;
  return static_cast<bool>(std::ifstream("/proc/" + std::to_string(process) + "/cmdline") >> line);
}

bool ends_soon(pid_t process) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (runs(process) && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  return !runs(process);
}

/// bubblewrap's first child is one of these, until it has asked to die with its parent.
TEST_F(ProcessTest, AGroupOfItsOwnEndsWithIt) {
  const auto file = folder() / "sleeper";
  const std::vector<std::string> line{"/bin/sh", "-c", "sleep 1000 & echo $! > '" + file.string() + "'; wait"};
  pid_t sleeper = 0;
  {
    const Process process(line, {}, false, {}, Group::kItsOwn);
    sleeper = sleeper_of(file);
  }
  EXPECT_TRUE(ends_soon(sleeper));
}

TEST_F(ProcessTest, AGroupEndsAlsoWhereItsFirstHasEndedByItself) {
  const auto file = folder() / "sleeper";
  const std::vector<std::string> line{"/bin/sh", "-c", "sleep 1000 & echo $! > '" + file.string() + "'"};
  Process process(line, {}, false, {}, Group::kItsOwn);
  EXPECT_EQ(process.wait_until(std::chrono::steady_clock::now() + 10s), 0);
  EXPECT_TRUE(ends_soon(sleeper_of(file)));
}

}  // namespace
}  // namespace spinlab::sandbox
