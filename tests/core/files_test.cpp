#include "src/core/files.h"

#include <c10/util/Exception.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab {
namespace {

class Files : public SpinlabTest {};

TEST_F(Files, WritesAreWholeOrAbsent) {
  const auto file = folder() / "deep" / "er" / "result.json";
  write_file(file, "first");
  EXPECT_THROW(write_file_with(file,
                               [](const fs::path& aside) {
                                 std::ofstream(aside) << "half";
                                 throw std::runtime_error("the disk is full");
                               }),
               std::runtime_error);
  EXPECT_EQ(read_file(file, 100), "first");
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1);
}

TEST_F(Files, AnUpdateWritesWhatIsNotThereAlready) {
  const auto file = folder() / "page.html";
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(99);
  update_file(file, "first");
  fs::last_write_time(file, long_ago);
  update_file(file, "first");
  EXPECT_EQ(fs::last_write_time(file), long_ago);
  update_file(file, "other");  // as long as the first
  EXPECT_EQ(read_file(file, 100), "other");
  EXPECT_NE(fs::last_write_time(file), long_ago);
  update_file(file, "");
  EXPECT_EQ(read_file(file, 100), "");
  write_file(folder() / "elsewhere", "");
  fs::remove(file);
  fs::create_symlink(folder() / "elsewhere", file);
  update_file(file, "");
  EXPECT_FALSE(fs::is_symlink(file));
}

TEST_F(Files, AFullDiskLeavesNothingBehind) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  EXPECT_THROW(write_file_with(folder() / "x",
                               [](const fs::path&) {
                                 std::ofstream full("/dev/full");
                                 full << std::string(1 << 16, 'x') << std::flush;
                                 TORCH_CHECK(full, "disk full");
                               }),
               c10::Error);
  EXPECT_TRUE(fs::is_empty(folder()));
}

TEST_F(Files, RefuseWhatIsMissingTooLargeOrNotAFile) {
  EXPECT_THROW(read_file(folder() / "none", 10), c10::ValueError);
  EXPECT_THROW(read_file(folder(), 10), c10::ValueError);
  write_file(folder() / "big", std::string(11, 'x'));
  EXPECT_THROW(read_file(folder() / "big", 10), c10::ValueError);
}

// A device or a pipe that a user names by mistake must not become a file.
TEST_F(Files, WhatIsNoRegularFileIsNotReplaced) {
  const auto pipe = folder() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THROW(write_file(pipe, "x"), c10::ValueError);
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(Files, AnUnwritableFolderIsNamed) {
  write_file(folder() / "file", "");
  try {
    write_file(folder() / "file" / "below", "x");
    FAIL();
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("this folder cannot be made"));
  }
}

}  // namespace
}  // namespace spinlab
