#include "src/grading/bundle/zip.h"

#include "src/core/files.h"
#include "src/grading/submissions/archive.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

class ZipTest : public SpinlabTest {};

TEST_F(ZipTest, WhatIsPackedIsReadBack) {
  const std::string long_text(100'000, 'x');
  write_zip(folder() / "a.zip", {{"run", "#!/bin/sh\n", true}, {"deep/er/λ.txt", long_text, false}});
  EXPECT_EQ(read_from_archive(folder() / "a.zip", "run", 100).content, "#!/bin/sh\n");
  EXPECT_EQ(read_from_archive(folder() / "a.zip", "λ.txt", 1 << 20).content, long_text);
}

TEST_F(ZipTest, TheSameEntriesGiveTheSameBytes) {
  const std::vector<ZipEntry> entries = {{"a", "1", false}, {"b", "2", true}};
  write_zip(folder() / "a.zip", entries);
  write_zip(folder() / "b.zip", entries);
  EXPECT_EQ(read_file(folder() / "a.zip", 1 << 20), read_file(folder() / "b.zip", 1 << 20));
}

TEST_F(ZipTest, WhereItCannotBeWrittenNothingIsLeft) {
  EXPECT_THROW(write_zip("/proc/a.zip", {{"a", "1", false}}), c10::Error);
}

}  // namespace
}  // namespace spinlab::grading
