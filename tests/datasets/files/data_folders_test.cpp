#include "datasets/files/data_folders.h"

#include <cstdlib>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class SourceTest : public SpinlabTest {
 protected:
  SourceTest() {
    remember("SPINLAB_DATA", (folder() / "environment").string());
    remember("XDG_CACHE_HOME", (folder() / "cache").string());
  }
  ~SourceTest() override {
    for (const auto& [name, value] : before_) {
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      if (!value) ::unsetenv(name.c_str());
    }
  }
  void put(const std::string& relative) const { write_file(folder() / relative, "x"); }

 private:
  void remember(const std::string& name, const std::string& value) {
    const char* old = std::getenv(name.c_str());
    before_.emplace_back(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

TEST_F(SourceTest, LooksInTheGivenFolderThenTheEnvironmentThenTheCache) {
  const DataFolders folders(folder() / "given");
  put("cache/spinlab/a/b");
  EXPECT_EQ(folders.find("a/b", "a"), folder() / "cache/spinlab/a/b");
  put("environment/a/b.xz");
  EXPECT_EQ(folders.find("a/b", "a"), folder() / "environment/a/b.xz");
  put("given/a/b.gz");
  EXPECT_EQ(folders.find("a/b", "a"), folder() / "given/a/b.gz");
}

TEST_F(SourceTest, FetchesIntoTheFirst) {
  EXPECT_EQ(DataFolders(folder() / "given").target(), folder() / "given");
  EXPECT_EQ(DataFolders().target(), folder() / "environment");
  ::unsetenv("SPINLAB_DATA");
  EXPECT_EQ(DataFolders().target(), folder() / "cache" / "spinlab");
}

TEST_F(SourceTest, ARelativeCacheHomeIsNotTaken) {  // as the XDG base directory specification asks
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  const DataFolders folders;
  for (const auto& each : folders.folders()) EXPECT_TRUE(each.is_absolute()) << each;
}

TEST_F(SourceTest, WhatIsMissingIsNamedWithTheCommand) {
  const auto text = mistake([&] { DataFolders(folder() / "given").find("mnist/images", "mnist"); });
  EXPECT_THAT(text, HasSubstr("the file mnist/images of the data set mnist is not in " +
                              (folder() / "given").string()));
  EXPECT_THAT(text, HasSubstr("./spinlab data fetch mnist"));
}

TEST_F(SourceTest, AFolderThatIsNoneIsNamedWithWhoNamedIt) {
  const auto refused = [&](const char* given) {
    return mistake([&] { DataFolders(given).require_existing(); });
  };
  EXPECT_THAT(refused(""), HasSubstr("SPINLAB_DATA is " + (folder() / "environment").string() +
                                     ": there is no such folder"));
  put("environment/file");
  EXPECT_EQ(refused(""), "nothing was thrown");
  EXPECT_THAT(refused("/nonexistent"), HasSubstr("--data /nonexistent: there is no such folder"));
  EXPECT_THAT(refused((folder() / "environment/file").c_str()), HasSubstr("this is no folder"));
}

}  // namespace
}  // namespace spinlab::datasets
