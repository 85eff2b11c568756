#include "src/judging/sandbox/temporary_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/spinlab_test.h"

namespace spinlab::sandbox {
namespace {

namespace fs = std::filesystem;

void make_old(const fs::path& folder) {
  const timespec an_hour_ago[2] = {{std::time(nullptr) - 3600, 0}, {std::time(nullptr) - 3600, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, folder.c_str(), an_hour_ago, 0), 0);
}

/// The folder of a process that says its name and waits.
class OtherProcess {
 public:
  OtherProcess() {
    auto pipe = reading_pipe();
    pid_ = ::fork();
    if (pid_ == 0) {
      const TemporaryFolder folder;
      std::ofstream(folder.path() / "homework.cpp") << "a student's";
      (void)!::write(pipe.theirs.get(), folder.path().c_str(), folder.path().native().size());
      for (;;) ::pause();
    }
    char name[256] = {};
    (void)!::read(pipe.ours.get(), name, sizeof name - 1);
    folder_ = name;
  }
  ~OtherProcess() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  const fs::path& folder() const { return folder_; }

 private:
  pid_t pid_ = -1;
  fs::path folder_;
};

TEST(TemporaryFolder, IsRemovedAtItsEnd) {
  fs::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    std::ofstream(path / "file") << "x";
    EXPECT_TRUE(fs::is_directory(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, OfAKilledProcessIsRemovedByTheNext) {
  OtherProcess other;
  ASSERT_TRUE(fs::exists(other.folder() / "homework.cpp"));
  make_old(other.folder());
  remove_abandoned_folders();
  EXPECT_TRUE(fs::exists(other.folder())) << "which still runs";
  other.kill();
  remove_abandoned_folders();
  EXPECT_FALSE(fs::exists(other.folder()));
}

TEST(TemporaryFolder, AVeryNewOneIsLeft) {
  OtherProcess other;
  other.kill();
  remove_abandoned_folders();
  EXPECT_TRUE(fs::exists(other.folder()));
  make_old(other.folder());
  remove_abandoned_folders();
}

}  // namespace
}  // namespace spinlab::sandbox
