// Submissions that misbehave, each with what must become of it: src/judging/runner/submission_run.cpp with everything below
// it.
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "src/judging/sandbox/memory_group.h"
#include "tests/judging/fixture_submission.h"

namespace spinlab::judging {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr auto kHeaders = R"(
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
)";

class HostileTest : public FixtureTest {
 protected:
  CheckResult twice_does(const std::string& body, const std::string& more = "",
                         std::optional<double> seconds = std::nullopt) {
    return check_twice(kHeaders + with_twice(body, more), seconds);
  }
  /// A submission that tries things from the inside: an honest answer where every condition holds, else the
  /// check's message has the first that does not. One compilation for all.
  CheckResult inside(const std::vector<std::string>& conditions) {
    std::string body;
    for (const auto& condition : conditions)
      body += "if (!(" + condition + ")) throw std::runtime_error(R\"x(" + condition + ")x\");\n";
    return twice_does(body + "return x * 2;");
  }
};

TEST_F(HostileTest, LeavingIsACrash) {
  for (const char* way : {"std::exit(0);", "_exit(0);", "syscall(SYS_exit_group, 0);"}) {
    const auto result = twice_does(std::string(way) + " return x;");
    EXPECT_EQ(result.outcome, Outcome::kCrashed) << way;
    EXPECT_THAT(result.message, HasSubstr("exit status 0")) << way;
  }
}

TEST_F(HostileTest, SignalsAreNamed) {
  EXPECT_THAT(twice_does("std::abort();").message, HasSubstr("SIGABRT"));
  EXPECT_THAT(twice_does("volatile int* p = nullptr; *p = 1; return x;").message, HasSubstr("SIGSEGV"));
  EXPECT_THAT(twice_does("raise(SIGKILL); return x;").message, HasSubstr("SIGKILL"));
}

TEST_F(HostileTest, AStaticConstructorThatLeavesIsACrash) {
  const auto report = run_after_others(kHeaders + solution() + "static const int leave = (_exit(0), 1);");
  EXPECT_EQ(report.verdict, Verdict::kCrashed);
  for (const auto& check : report.checks) EXPECT_EQ(check.outcome, Outcome::kCrashed) << check.name;
}

TEST_F(HostileTest, AStaticConstructorThatThrowsIsNamed) {
  const auto check = check_twice(kHeaders + solution() + "static const int thrown = [] { throw std::runtime_error(\"too soon\"); return 1; }();");
  EXPECT_EQ(check.outcome, Outcome::kCrashed);
  EXPECT_EQ(check.message, "an object outside of all functions threw before any of them was called: too soon");
}

TEST_F(HostileTest, OneCrashCostsOneCheck) {
  const auto report =
      run_after_others(kHeaders + with_twice("if (x.scalar_type() == torch::kInt) std::abort(); return x * 2;"));
  EXPECT_EQ(report.verdict, Verdict::kGraded);
  for (const auto& check : report.checks)
    EXPECT_EQ(check.outcome, check.name == "Twice.KeepsTheType" ? Outcome::kCrashed : Outcome::kPassed)
        << check.name;
}

TEST_F(HostileTest, LoopsAndSleepsRunOutOfTime) {
  EXPECT_EQ(twice_does("for (volatile int i = 0;; i = i + 1) {}").outcome, Outcome::kTimedOut);
  EXPECT_EQ(twice_does("signal(SIGXCPU, SIG_IGN); pause(); sleep(100); return x;").outcome,
            Outcome::kTimedOut);
}

TEST_F(HostileTest, AFunctionThatHangsIsWaitedForTwiceOnly) {
  const auto report = run_after_others(with_twice("for (volatile int i = 0;; i = i + 1) {}"));
  int timed_out = 0, not_called = 0;
  for (const auto& check : report.checks) {
    timed_out += check.outcome == Outcome::kTimedOut;
    not_called += check.message.find("was not called again") != std::string::npos;
  }
  EXPECT_EQ(timed_out, 3);
  EXPECT_EQ(not_called, 1);
  EXPECT_EQ(report.verdict, Verdict::kGraded) << "the other functions' checks come to their own end";
}

TEST_F(HostileTest, ASubmissionHasATotalTime) {
  auto assignment = read_assignment(SPINLAB_FIXTURE);
  assignment.limits.total_seconds = 1;
  const auto report =
      run_after_others("#include <unistd.h>\n" + with_twice("usleep(700'000); return x * 2;"), {}, assignment);
  ASSERT_EQ(report.checks.size(), 6u) << report.detail;
  EXPECT_EQ(report.checks[0].outcome, Outcome::kPassed) << report.checks[0].message;
  EXPECT_EQ(report.checks[5].outcome, Outcome::kTimedOut);
  EXPECT_THAT(report.checks[5].message, HasSubstr("the 1 s that the whole submission has"));
}

/// Above the limit for a few milliseconds, by pages that RLIMIT_DATA does not count: less than the time between two looks.
TEST_F(HostileTest, ABurstOfMemoryIsOverMemoryWhereThereIsAGroup) {
  const sandbox::TemporaryMemoryGroup group;
  if (group.folder().empty()) GTEST_SKIP() << "no memory cgroup can be made here";
  const auto result = twice_does(R"(
    constexpr std::size_t kMiB = 1 << 20;
    const auto fill = [](std::size_t bytes) {
      auto* filled = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
      mprotect(filled, bytes, PROT_READ);
      return filled;
    };
    for (int i = 0; i < 5; ++i) fill(200 * kMiB);
    usleep(100'000);
    for (int i = 0; i < 20; ++i) {
      munmap(fill(200 * kMiB), 200 * kMiB);
      usleep(20'000);
    }
    return x * 2;)");
  EXPECT_EQ(result.outcome, Outcome::kOverMemory);
  EXPECT_THAT(result.message, HasSubstr("fixture::twice used more than 1024 MiB"));
  const auto ours = "spinlab-" + std::to_string(::getpid()) + "-";
  for (const auto& entry : std::filesystem::directory_iterator(group.folder().parent_path()))
    EXPECT_TRUE(entry.path() == group.folder() || !entry.path().filename().string().starts_with(ours)) << "left: " << entry;
}

TEST_F(HostileTest, MemoryIsLimitedBeyondWhatLibTorchTook) {
  auto assignment = read_assignment(SPINLAB_FIXTURE);
  assignment.limits.memory_bytes = std::int64_t{256} << 20;
  RunOptions options;
  options.filter = "Twice.DoublesEveryElement";
  const auto filling = [&](const std::string& mib) {
    const auto text = with_twice("at::ones({" + mib + " << 20}, at::kByte); return x * 2;");
    return run_after_others(text, options, assignment).checks.at(0);
  };
  const auto below = filling("240");
  EXPECT_EQ(below.outcome, Outcome::kPassed) << below.message;
  EXPECT_EQ(filling("260").outcome, Outcome::kOverMemory);
}

TEST_F(HostileTest, AnAnswerThatIsTooLargeIsSaidToBe) {
  auto assignment = read_assignment(SPINLAB_FIXTURE);
  assignment.limits.memory_bytes = std::int64_t{4} << 30;
  assignment.limits.check_seconds = 30;  // a slow machine needs several to write 640 MiB
  const auto report = run_after_others(with_twice("return torch::zeros({80, 1 << 20}, torch::kLong);"),
                                       {.filter = "Twice.DoublesEveryElement", .on_check = {}}, assignment);
  ASSERT_EQ(report.checks.size(), 1u) << report.detail;
  EXPECT_THAT(report.checks[0].message, HasSubstr("640 MiB at once"));
  EXPECT_THAT(twice_does("throw std::runtime_error(std::string(3 << 20, 'x'));").message, HasSubstr("threw: xxx"));
}

TEST_F(HostileTest, ABombOfMemoryIsOverMemory) {
  constexpr double kSeconds = 20;  // a slow machine needs several to fill a gigabyte
  EXPECT_EQ(twice_does("return torch::zeros({1 << 30}, torch::kDouble);").outcome, Outcome::kOverMemory);
  EXPECT_EQ(twice_does("std::vector<std::string> all; for (;;) all.emplace_back(1 << 20, 'x');", "", kSeconds).outcome,
            Outcome::kOverMemory);
  const auto touched = twice_does(
      "static char* volatile p; for (;;) std::memset(p = (char*)std::malloc(1 << 20), 1, 1 << 20);", "", kSeconds);
  EXPECT_EQ(touched.outcome, Outcome::kOverMemory) << touched.message;
}

TEST_F(HostileTest, AForkBombMakesNoProcess) {
  const auto result = twice_does("for (int i = 0; i < 1000; ++i) if (fork() >= 0) return x; return x * 2;");
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, ThreadsLeftRunningEndWithTheCheck) {
  const auto result = twice_does("std::thread([] { for (;;) sleep(1); }).detach(); return x * 2;");
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, FilesOutsideAreNotThere) {
  const auto secret = folder() / "secret";
  std::ofstream(secret) << "expected values";
  std::vector<std::string> conditions{"open(\"/tmp/mark\", O_WRONLY | O_CREAT, 0600) < 0"};
  for (const auto& file : {secret.string(), std::string(SPINLAB_FIXTURE) + "/hidden_checks.cpp",
                           std::string("/etc/passwd"), std::string("/proc/self/maps"), std::string("/root")})
    conditions.push_back("open(\"" + file + "\", O_RDONLY) < 0");
  const auto result = inside(conditions);
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, NothingOutsideCanBeTouched) {
  const auto result = inside({
      "socket(AF_INET, SOCK_STREAM, 0) < 0",
      "socket(AF_UNIX, SOCK_STREAM, 0) < 0",
      "kill(getppid(), SIGKILL) != 0",
      "kill(1, SIGKILL) != 0",
      "kill(-1, SIGKILL) != 0",
      "ptrace(PTRACE_ATTACH, getppid(), 0, 0) != 0",
      "[] { for (int i = 4; i < 1024; ++i) if (fcntl(i, F_GETFD) >= 0) return false; return true; }()",
      "mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED",
      "syscall(SYS_memfd_create, \"x\", 0) < 0",
      "syscall(SYS_io_uring_setup, 1, nullptr) < 0",
      "syscall(SYS_unshare, 0x10000000) < 0",
      "setuid(0) < 0",
  });
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, AFloodOfOutputGoesNowhere) {
  const auto result =
      twice_does("for (int i = 0; i < 100000; ++i) std::puts(\"flood flood flood\"); return x * 2;");
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, GarbageOnTheSocketFailsTheCheck) {
  const auto result = twice_does(
      "const std::string junk(1 << 16, '\\xff'); write(3, junk.data(), junk.size()); return x * 2;");
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.message;
}

/// A forged reply can only be the answer that a check compares: it gains nothing over returning that value.
TEST_F(HostileTest, AForgedReplyIsJustAnAnswer) {
  const std::string forge = R"(
    static void forge() {
      const unsigned char head[] = {0xa1, 0x65, 'v', 'a', 'l', 'u', 'e', 0x81, 0xf6};
      unsigned char frame[16 + sizeof head] = {sizeof head};
      std::memcpy(frame + 16, head, sizeof head);
      write(3, frame, sizeof frame);
    }
)";
  const auto result = check_twice(kHeaders + forge + with_twice("forge(); return x * 2;"));
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.message;
}

TEST_F(HostileTest, OwnAllocatorsChangeNothingForTheChecker) {
  const auto result = check_twice(
      kHeaders + with_twice("return x * 2;") +
      "void* operator new(std::size_t n) { void* p = std::malloc(n ? n : 1); std::memset(p, 7, n); "
      "return p; }\nvoid operator delete(void* p) noexcept { std::free(p); }\n"
      "void operator delete(void* p, std::size_t) noexcept { std::free(p); }\n");
  EXPECT_EQ(result.outcome, Outcome::kPassed) << result.message;
}

TEST_F(HostileTest, ExceptionsThatAreNoneAreCaught) {
  const auto result = twice_does("throw 42;");
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("no std::exception"));
}

TEST_F(HostileTest, ItsWordsCannotPassForOurs) {
  const auto result = twice_does("throw std::runtime_error(\"no\\nAll checks passed\");");
  EXPECT_THAT(result.message, HasSubstr("fixture::twice threw: no\n  | All checks passed"));
}

TEST_F(HostileTest, ControlCharactersDoNotReachTheReport) {
  const auto result = twice_does("throw std::runtime_error(\"\\033[2Jpassed\\xff\");");
  EXPECT_EQ(result.message.find('\033'), std::string::npos);
  EXPECT_THAT(result.message, HasSubstr("passed"));
}

}  // namespace
}  // namespace spinlab::judging
