#include "src/judging/sandbox/sandbox.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "src/judging/sandbox/bubblewrap.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/landlock.h"
#include "src/judging/sandbox/memory_group.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

using testing::HasSubstr;

class SandboxTest : public SpinlabTest {
 protected:
  SandboxTest() {
    fs::permissions(folder(), fs::perms(0755));
    inside_ = folder() / "inside";
    fs::create_directory(inside_);
    hand_over(inside_);
    std::ofstream(folder() / "secret") << "expected values";
  }

  CapturedRun shell(const std::string& script, ProcessLimits limits = {.file_bytes = 1 << 20}) {
    const Policy policy{{}, {inside_}, true, limits};
    return run_captured(sandboxed(policy, {"/bin/sh", "-c", script}),
                        std::chrono::steady_clock::now() + std::chrono::seconds(10), 10000);
  }

  fs::path inside_;
};

std::vector<Layer> layers(std::initializer_list<const char*> holding) {
  std::vector<Layer> all;
  for (const char* name : {"namespaces", "landlock", "seccomp", "limits", "user"})
    all.push_back({name, std::find(holding.begin(), holding.end(), std::string(name)) != holding.end(), ""});
  return all;
}

TEST(StrongEnough, NeedsSeccompLimitsAndOneWayToKeepFilesAndProcessesApart) {
  EXPECT_TRUE(strong_enough(layers({"namespaces", "seccomp", "limits"})));
  EXPECT_TRUE(strong_enough(layers({"landlock", "seccomp", "limits", "user"})));
  EXPECT_FALSE(strong_enough(layers({"landlock", "seccomp", "limits"})));
  EXPECT_FALSE(strong_enough(layers({"seccomp", "limits", "user"})));
  EXPECT_FALSE(strong_enough(layers({"namespaces", "landlock", "limits", "user"})));
  EXPECT_FALSE(strong_enough(layers({"namespaces", "landlock", "seccomp", "user"})));
  EXPECT_FALSE(strong_enough({}));
}

TEST(Probe, FindsTheLayersThatThisMachineHas) {
  std::map<std::string, Layer> found;
  for (const auto& layer : probe()) found[layer.name] = layer;
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found["namespaces"].holds, bubblewrap_works()) << found["namespaces"].detail;
  EXPECT_EQ(found["landlock"].holds, landlock_abi() > 0) << found["landlock"].detail;
  EXPECT_TRUE(found["seccomp"].holds) << found["seccomp"].detail;
  EXPECT_TRUE(found["limits"].holds) << found["limits"].detail;
  EXPECT_EQ(found["memory"].holds, !TemporaryMemoryGroup().folder().empty()) << found["memory"].detail;
}

TEST_F(SandboxTest, WritesWhereItMayAndNowhereElse) {
  EXPECT_EQ(shell("echo mark > " + (inside_ / "mark").string()).status, 0);
  EXPECT_TRUE(fs::exists(inside_ / "mark"));
  EXPECT_NE(shell("echo mark > " + (folder() / "mark").string()).status, 0);
  EXPECT_NE(shell("echo mark > /usr/lib/spinlab-mark").status, 0);
  EXPECT_NE(shell("echo mark > /tmp/spinlab-mark").status, 0);
}

TEST_F(SandboxTest, ReadsNoFileThatTheRoomDoesNotHold) {
  const auto run = shell("cat " + (folder() / "secret").string() + " /etc/passwd /etc/hostname");
  EXPECT_NE(run.status, 0);
  EXPECT_EQ(run.text.find("expected values"), std::string::npos);
  EXPECT_EQ(run.text.find("root:"), std::string::npos);
}

TEST_F(SandboxTest, SeesNoProcessOfOurs) {
  EXPECT_EQ(shell("echo $$").text, "2\n");  // 1 is bubblewrap
  EXPECT_NE(shell("ls /proc/1").status, 0);
}

TEST_F(SandboxTest, FilesEndAtTheirLimit) {
  EXPECT_NE(shell("head -c 2000000 /dev/urandom > " + (inside_ / "big").string()).status, 0);
  EXPECT_LE(fs::file_size(inside_ / "big"), std::uintmax_t{1} << 20);
}

TEST_F(SandboxTest, ALoopEndsAtItsLimit) {
  const auto run = shell("while :; do :; done", {.cpu_seconds = 1});
  EXPECT_NE(run.status, 0);
}

TEST_F(SandboxTest, OurEnvironmentStaysOutside) {
  ::setenv("SPINLAB_SECRET", "expected values", 1);
  EXPECT_EQ(shell("env").text.find("expected values"), std::string::npos);
  ::unsetenv("SPINLAB_SECRET");
}

}  // namespace
}  // namespace spinlab::sandbox
