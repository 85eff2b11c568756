#include "src/judging/sandbox/memory_group.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>

#include "src/judging/sandbox/process.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kLimit = 64 * kMiB;

/// Written to, and then out of what RLIMIT_DATA counts.
char* fill(std::size_t bytes) {
  auto* pages =
      static_cast<char*>(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::memset(pages, 1, bytes);
  ::mprotect(pages, bytes, PROT_READ);
  return pages;
}

/// A child that waits until it is told to do something, does it, and waits.
class Child {
 public:
  explicit Child(const std::function<void()>& something) {
    auto order = writing_pipe(), answer = reading_pipe();
    pid_ = ::fork();
    if (pid_ == 0) {
      char byte = 0;
      (void)!::read(order.theirs.get(), &byte, 1);
      something();
      (void)!::write(answer.theirs.get(), &byte, 1);
      for (;;) ::pause();
    }
    order_ = std::move(order.ours);
    answer_ = std::move(answer.ours);
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  /// False where that ended it.
  bool does_it() {
    char byte = 1;
    return ::write(order_.get(), &byte, 1) == 1 && ::read(answer_.get(), &byte, 1) == 1;
  }

 private:
  pid_t pid_ = -1;
  Descriptor order_, answer_;
};

class MemoryGroupTest : public testing::Test {
 protected:
  void SetUp() override {
    if (group_.folder().empty()) GTEST_SKIP() << "no memory cgroup can be made here";
  }
  std::size_t used_bytes() const {
    const auto version_2 = group_.folder() / "memory.current";
    std::size_t bytes = 0;
    std::ifstream(fs::exists(version_2) ? version_2 : group_.folder() / "memory.usage_in_bytes") >> bytes;
    return bytes;
  }

  TemporaryMemoryGroup group_;
  MemoryGroup limits_{group_.folder()};
};

TEST_F(MemoryGroupTest, EndsAProcessThatTakesMoreThanTheLimit) {
  ASSERT_TRUE(limits_.set_limit(kLimit));
  {
    Child below([] { fill(kLimit / 2); });
    ASSERT_TRUE(limits_.enter(below.pid()));
    EXPECT_TRUE(below.does_it());
    EXPECT_EQ(limits_.kills(), 0u);
  }
  Child above([] { fill(2 * kLimit); });
  ASSERT_TRUE(limits_.enter(above.pid()));
  EXPECT_FALSE(above.does_it());
  EXPECT_EQ(limits_.kills(), 1u);
}

TEST_F(MemoryGroupTest, ALimitCanBeRaised) {
  for (const std::size_t limit : {kLimit, 2 * kLimit, 4 * kLimit}) ASSERT_TRUE(limits_.set_limit(limit));
  Child child([] { fill(2 * kLimit); });
  ASSERT_TRUE(limits_.enter(child.pid()));
  EXPECT_TRUE(child.does_it());
}

TEST_F(MemoryGroupTest, PagesOfAParentOutsideCountWhenTheyAreWrittenTo) {
  auto* shared = fill(kLimit);
  ::mprotect(shared, kLimit, PROT_READ | PROT_WRITE);
  Child reads([&] {
    for (std::size_t i = 0; i < kLimit; i += 4096)
      if (shared[i] != 1) ::_exit(1);
  });
  ASSERT_TRUE(limits_.enter(reads.pid()));
  EXPECT_TRUE(reads.does_it());
  EXPECT_LT(used_bytes(), kLimit / 8);
  Child writes([&] { std::memset(shared, 2, kLimit); });
  ASSERT_TRUE(limits_.enter(writes.pid()));
  EXPECT_TRUE(writes.does_it());
  EXPECT_GT(used_bytes(), kLimit / 8 * 7);
  ::munmap(shared, kLimit);
}

TEST_F(MemoryGroupTest, ChildrenOfAProcessInItAreInItToo) {
  ASSERT_TRUE(limits_.set_limit(kLimit));
  int status = 0;
  Child parent([&] {
    const pid_t child = ::fork();
    if (child == 0) {
      fill(2 * kLimit);
      ::_exit(0);
    }
    ::waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) ::_exit(1);
  });
  ASSERT_TRUE(limits_.enter(parent.pid()));
  EXPECT_TRUE(parent.does_it()) << "the parent goes on";
  EXPECT_EQ(limits_.kills(), 1u);
}

TEST_F(MemoryGroupTest, IsRemovedAtItsEnd) {
  fs::path folder;
  {
    TemporaryMemoryGroup other;
    folder = other.folder();
    ASSERT_TRUE(fs::exists(folder));
    Child child([] {});
    ASSERT_TRUE(MemoryGroup(folder).enter(child.pid()));
  }
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(MemoryGroupTest, OfAKilledProcessIsRemovedByTheNext) {
  const auto home = group_.folder().parent_path();
  auto pipe = reading_pipe();
  const pid_t owner = ::fork();
  if (owner == 0) {
    const TemporaryMemoryGroup group;
    const auto name = group.folder().string();
    (void)!::write(pipe.theirs.get(), name.data(), name.size());
    for (;;) ::pause();
  }
  char name[512] = {};
  ASSERT_GT(::read(pipe.ours.get(), name, sizeof name - 1), 0);
  remove_abandoned_groups(home);
  EXPECT_TRUE(fs::exists(name)) << "whose owner still runs";
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  remove_abandoned_groups(home);
  EXPECT_FALSE(fs::exists(name));
  EXPECT_TRUE(fs::exists(group_.folder()));
}

TEST(MemoryGroup, WithoutAFolderNothingHolds) {
  const MemoryGroup none("/nowhere");
  EXPECT_FALSE(none.set_limit(kLimit));
  EXPECT_FALSE(none.enter(::getpid()));
  EXPECT_EQ(none.kills(), 0u);
}

/// Folders and files with the names that the kernel's have.
class MemoryGroupHomeTest : public SpinlabTest {
 protected:
  /// `group` below `hierarchy`, whose groups have these controllers.
  fs::path make(const fs::path& group, const std::string& controllers = "") {
    const auto made = folder() / group;
    fs::create_directories(made);
    std::ofstream(made / "cgroup.procs");
    std::ofstream(made / "cgroup.subtree_control") << controllers << '\n';
    return made;
  }
  std::string mount(const std::string& root, const std::string& point, const std::string& type,
                    const std::string& options) const {
    return "35 31 0:32 " + root + " " + (folder() / point).string() + " rw,relatime shared:9 - " + type +
           " cgroup " + options + "\n";
  }
};

TEST_F(MemoryGroupHomeTest, OfVersion1IsOurOwnGroup) {
  const auto mounts = mount("/", "cpu", "cgroup", "rw,cpu") + mount("/", "memory", "cgroup", "rw,memory");
  const std::string groups = "9:name=systemd:/\n4:hugetlb,memory:/jobs/7\n1:cpu:/\n0::/\n";
  EXPECT_EQ(memory_group_home(groups, mounts), "") << "which is not there";
  const auto ours = make("memory/jobs/7");
  EXPECT_EQ(memory_group_home(groups, mounts), ours);
  EXPECT_EQ(memory_group_home("1:cpu:/\n", mounts), "");
}

TEST_F(MemoryGroupHomeTest, IsLookedForInWhatIsMounted) {
  const auto ours = make("memory/7");
  const auto mounts = mount("/jobs", "memory", "cgroup", "rw,memory");
  EXPECT_EQ(memory_group_home("4:memory:/jobs/7\n", mounts), ours);
  EXPECT_EQ(memory_group_home("4:memory:/jobs\n", mounts), "");
  make("memory");
  EXPECT_EQ(memory_group_home("4:memory:/jobs\n", mounts), folder() / "memory");
  EXPECT_EQ(memory_group_home("4:memory:/others/7\n", mounts), "");
  EXPECT_EQ(memory_group_home("4:memory:/../7\n", mount("/", "memory", "cgroup", "rw,memory")), "");
}

TEST_F(MemoryGroupHomeTest, OfVersion2IsBesideOurOwnGroup) {
  const auto mounts = mount("/", "unified", "cgroup2", "rw,nsdelegate");
  const auto slice = make("unified/app.slice", "cpu memory pids");
  make("unified/app.slice/run-1.scope");
  EXPECT_EQ(memory_group_home("0::/app.slice/run-1.scope\n", mounts), slice);
}

TEST_F(MemoryGroupHomeTest, OfVersion2NeedsTheController) {
  const auto mounts = mount("/", "unified", "cgroup2", "rw");
  make("unified/app.slice", "cpu pids");
  make("unified/app.slice/run-1.scope");
  EXPECT_EQ(memory_group_home("0::/app.slice/run-1.scope\n", mounts), "");
  EXPECT_EQ(memory_group_home("", mounts), "");
  const auto root = make("unified", "memory");
  EXPECT_EQ(memory_group_home("0::/\n", mounts), root) << "nothing is seen above it";
}

}  // namespace
}  // namespace spinlab::sandbox
