#include "src/grading/submissions/archive.h"

#include <archive_entry.h>
#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/grading/submissions/archive_writer.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

class ArchiveTest : public SpinlabTest {
 protected:
  std::string read(const std::string& name, const ArchiveLimits& limits = {}) {
    return read_from_archive(folder() / name, "fit.cpp", 1 << 20, limits).content;
  }
  std::string error(const std::string& name, const ArchiveLimits& limits = {}) {
    try {
      read(name, limits);
    } catch (const c10::ValueError& error) {
      return error.what_without_backtrace();
    }
    return "";
  }
  std::string error(const std::vector<PackedEntry>& entries, const std::string& name = "case.tar") {
    write_archive(folder() / name, entries);
    return error(name);
  }
};

TEST_F(ArchiveTest, TheFileIsFoundAtAnyDepthInEveryFormat) {
  for (const auto* name : {"a.zip", "a.tar", "a.tar.gz", "a.tar.xz"}) {
    write_archive(folder() / name,
                  {{"hw/README.md", "read"}, {"hw/src/fit.cpp", "int x;\n"}, {"hw/more", "x"}});
    EXPECT_TRUE(is_archive_name(name));
    EXPECT_EQ(read(name), "int x;\n") << name;
  }
  EXPECT_FALSE(is_archive_name("fit.cpp"));
  EXPECT_FALSE(is_archive_name(".zip"));
}

TEST_F(ArchiveTest, NoneOrTwoOfTheNameAreRefused) {
  EXPECT_THAT(error({{"hw/ridge.cpp", "x"}}),
              AllOf(HasSubstr("found hw/ridge.cpp"), HasSubstr("name the file fit.cpp")));
  EXPECT_THAT(error({{"a/fit.cpp", "x"}, {"b/fit.cpp", "y"}}, "case.zip"),
              HasSubstr("2 files named fit.cpp"));
  EXPECT_THAT(error({{"myfit.cpp", "x"}}), HasSubstr("holds no fit.cpp"));
}

TEST_F(ArchiveTest, PathsThatLeaveTheFolderAreRefused) {
  for (const auto* path : {"../fit.cpp", "/etc/fit.cpp", "a/../../fit.cpp", "..\\fit.cpp", "C:\\fit.cpp"}) {
    EXPECT_THAT(error({{path, "x"}}), HasSubstr("leaves its folder")) << path;
  }
}

TEST_F(ArchiveTest, LinksAndDevicesOfTheNameAreRefusedOthersPassedOver) {
  EXPECT_THAT(error({{"fit.cpp", "", AE_IFLNK, "/etc/passwd"}}), HasSubstr("link"));
  EXPECT_THAT(error({{"a", "secret"}, {"fit.cpp", "", AE_IFREG, "a", true}}), HasSubstr("link"));
  EXPECT_THAT(error({{"fit.cpp", "", AE_IFIFO}}), HasSubstr("link or device"));
  EXPECT_THAT(error({{"fit.cpp", "", AE_IFCHR}}), HasSubstr("link or device"));
  EXPECT_EQ(error({{"venv/python", "", AE_IFLNK, "/usr/bin/python3"}, {"fit.cpp", "int x;"}}), "");
}

TEST_F(ArchiveTest, BombsAreStoppedEarly) {
  const std::string zeros(16 << 20, '\0');
  EXPECT_THAT(error({{"pad", zeros}, {"fit.cpp", "x"}}, "bomb.tar.gz"), HasSubstr("unpacks to more than"));
  EXPECT_THAT(error({{"fit.cpp", zeros}}, "bomb.zip"), HasSubstr("unpacks to more than"));
  ArchiveLimits limits;
  limits.unpacked_bytes = 1 << 20;
  write_archive(folder() / "large.tar", {{"pad", zeros}, {"fit.cpp", "x"}});
  EXPECT_THAT(error("large.tar", limits), HasSubstr("unpacks to more than"));
  limits = {};
  limits.archive_bytes = 1 << 20;
  EXPECT_THAT(error("large.tar", limits), HasSubstr("at most 1048576"));
  limits = {};
  limits.entries = 1;
  EXPECT_THAT(error("large.tar", limits), HasSubstr("more than 1 entries"));
}

TEST_F(ArchiveTest, AFileOverTheLimitIsRefused) {
  std::string noise(2 << 20, 'x');
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>('a' + (i * i >> 7) % 26);
  EXPECT_THAT(error({{"fit.cpp", noise}}), HasSubstr("over 1048576 bytes"));
}

TEST_F(ArchiveTest, NamesOfAnyEncodingAreRead) {
  EXPECT_EQ(error({{"caf\xE9/fit.cpp", "x"}, {"Übung", "y"}}, "latin1.tar"), "");
  EXPECT_EQ(error({{"Übung/fit.cpp", "x"}}, "utf8.zip"), "");
}

TEST_F(ArchiveTest, WhatIsNoArchiveOrCutShortIsRefused) {
  write_file(folder() / "text.zip", "no archive at all, though its name says so\n");
  EXPECT_NE(error("text.zip"), "");
  write_file(folder() / "empty.zip", "");
  EXPECT_NE(error("empty.zip"), "");
  std::string noise;
  for (int i = 0; i < 40000; ++i) noise += std::to_string(i * 7919 % 65521);
  write_archive(folder() / "whole.tar.gz", {{"a", noise}, {"fit.cpp", "int x;\n"}});
  const auto bytes = read_file(folder() / "whole.tar.gz", 1 << 20);
  for (const size_t size : {size_t{5}, bytes.size() / 2, bytes.size() - 1000}) {
    write_file(folder() / "cut.tar.gz", bytes.substr(0, size));
    EXPECT_NE(error("cut.tar.gz"), "") << size;
  }
}

}  // namespace
}  // namespace spinlab::grading
