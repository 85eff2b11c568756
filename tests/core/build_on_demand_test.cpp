#include "src/core/build_on_demand.h"

#include <c10/util/Exception.h>
#include <signal.h>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab {
namespace {

using testing::HasSubstr;

/// A project whose ./spinlab writes its arguments down and makes the target's program and stamp.
class BuildOnDemand : public SpinlabTest {
 protected:
  BuildOnDemand() {
    write_file(tree_.build / "configured", "");
    write_file(source_, "");
    write_script("for target in \"${@:3}\"; do touch build/bin/$target build/stamps/$target; done\n");
  }

  void write_script(const std::string& body) const {
    const auto script = tree_.project / "spinlab";
    write_file(
        script,
        "#!/bin/bash\ncd \"${0%/*}\" && echo \"$*\" >>calls\nmkdir -p build/bin build/stamps\n" + body);
    fs::permissions(script, fs::perms::owner_all);
  }
  std::string calls() const {
    return fs::exists(folder() / "calls") ? read_file(folder() / "calls", 1000) : "";
  }
  void set_age(const fs::path& file, int seconds) const {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::seconds(seconds));
  }
  std::string say(const std::function<void()>& body) const {
    testing::internal::CaptureStderr();
    body();
    return testing::internal::GetCapturedStderr();
  }
  void build() const { build_where_stale(wanted_, tree_); }

  const BuildTree tree_{folder(), folder() / "build"};
  const fs::path source_ = folder() / "assignments/12-transformer/checks.cpp";
  const OnDemand wanted_{
      "the checker of 12-transformer", {"12-checker"}, {"assignments/12-transformer", "assignments/none"}};
};

TEST_F(BuildOnDemand, FirstUseBuildsAndSaysSo) {
  EXPECT_EQ(say([this] { build(); }), "spinlab: builds the checker of 12-transformer: first use\n");
  EXPECT_EQ(calls(), "--build the checker of 12-transformer 12-checker\n");
  EXPECT_EQ(say([this] { build(); }), "");
  EXPECT_EQ(calls(), "--build the checker of 12-transformer 12-checker\n");
}

TEST_F(BuildOnDemand, ASourceThatIsNewerBuildsAgain) {
  build();
  set_age(folder() / "build/stamps/12-checker", 10);
  EXPECT_THAT(say([this] { build(); }), HasSubstr("its sources have changed"));
  set_age(source_, 20);
  set_age(folder() / "build/stamps/12-checker", 10);
  EXPECT_EQ(say([this] { build(); }), "");
  write_file(folder() / "assignments/12-transformer/README.md", "no source");
  EXPECT_EQ(say([this] { build(); }), "");
  write_file(folder() / "cmake/Targets.cmake", "");
  EXPECT_THAT(say([this] { build(); }), HasSubstr("its sources have changed"));
}

TEST_F(BuildOnDemand, ABuildOfEverythingCounts) {
  write_file(folder() / "build/bin/12-checker", "");
  write_file(folder() / "build/stamps/all", "");
  build();
  EXPECT_EQ(calls(), "");
}

TEST_F(BuildOnDemand, AFailedBuildIsTheMachinesFault) {
  write_script("exit 3\n");
  try {
    build();
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError&) {
    FAIL() << "not the user's mistake";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(),
                HasSubstr("the checker of 12-transformer could not be built"));
  }
}

TEST_F(BuildOnDemand, WhoIsToEndEndsTheBuildAndSaysWhy) {
  write_script("exec sleep 60\n");
  const Interrupt interrupt;
  ::raise(SIGTERM);
  try {
    build();
    FAIL() << "nothing was thrown";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(), HasSubstr("12-transformer was interrupted; the next start"));
  }
}

TEST_F(BuildOnDemand, ADevelopersOwnBuildIsLeftAlone) {
  fs::remove(folder() / "build/configured");
  build();
  EXPECT_EQ(calls(), "");
}

}  // namespace
}  // namespace spinlab
