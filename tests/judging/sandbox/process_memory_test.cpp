#include "src/judging/sandbox/process_memory.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "src/judging/sandbox/fork_server.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::sandbox {
namespace {

constexpr std::size_t kBytes = 32 << 20;

char* new_pages() {
  return static_cast<char*>(
      ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

TEST(ProcessMemory, PagesCountOnceTheyAreWritten) {
  const auto data = data_bytes(::getpid()).value(), before = private_bytes(::getpid()).value();
  auto* pages = new_pages();
  EXPECT_GE(data_bytes(::getpid()).value(), data + kBytes);
  EXPECT_LT(private_bytes(::getpid()).value(), before + kBytes / 2);
  std::memset(pages, 1, kBytes);
  ::mprotect(pages, kBytes, PROT_READ);
  EXPECT_GE(private_bytes(::getpid()).value(), before + kBytes);
  EXPECT_LT(data_bytes(::getpid()).value(), data + kBytes / 2) << "which is why somebody looks from outside";
  ::munmap(pages, kBytes);
}

TEST(ProcessMemory, AProcessIsFoundByItsDescriptor) {
  const pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();
  const auto descriptor = descriptor_of(child);
  EXPECT_EQ(number_of(descriptor), child);
  EXPECT_GT(private_bytes(child).value_or(0), 0u);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(number_of(descriptor), -1);
  EXPECT_FALSE(private_bytes(-1).has_value());
  EXPECT_EQ(number_of(Descriptor()), -1);
}

}  // namespace
}  // namespace spinlab::sandbox
