#include "src/grading/submissions/submissions.h"

#include <archive_entry.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <limits>
#include <map>

#include "src/core/files.h"
#include "src/core/sha256.h"
#include "tests/grading/submissions/archive_writer.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMaxBytes = 1 << 20;

class SubmissionsTest : public SpinlabTest {
 protected:
  std::vector<std::string> students(const std::vector<fs::path>& paths) {
    std::vector<std::string> names;
    for (const auto& entry : find_entries(paths, "fit.cpp")) names.push_back(entry.student);
    return names;
  }
  judging::Submission read(const fs::path& path) {
    return read_submission({path, "student", ""}, "fit.cpp", kMaxBytes);
  }
  void put(const std::string& name, std::string_view content = "int x;\n") {
    write_file(folder() / name, content);
  }
};

TEST_F(SubmissionsTest, AFolderWithTheFileIsOneStudents) {
  put("ada/fit.cpp");
  put("ada/notes/old.cpp");
  EXPECT_THAT(students({folder() / "ada"}), ElementsAre("ada"));
  EXPECT_THAT(students({folder() / "ada/"}), ElementsAre("ada"));
  EXPECT_EQ(read(folder() / "ada").source, "int x;\n");
}

TEST_F(SubmissionsTest, AnyOtherFolderHoldsOneEntryAStudent) {
  put("class/emmy.cpp");
  put("class/ada/src/fit.cpp");
  put("class/max.tar.gz");
  put("class/v1.2/fit.cpp");
  put("class/.DS_Store");
  put("class/__MACOSX/x");
  EXPECT_THAT(students({folder() / "class"}), ElementsAre("ada", "emmy", "max", "v1.2"));
}

TEST_F(SubmissionsTest, EntriesOfOneNameAreOneStudents) {
  put("class/ada.cpp");
  put("class/ada.zip");
  put("class/ada-2.cpp");
  put("more/ada/fit.cpp");
  const auto entries = find_entries({folder() / "more", folder() / "class"}, "fit.cpp");
  std::vector<std::string> names;
  for (const auto& entry : entries) {
    names.push_back(entry.student + " " + entry.path.filename().string());
    EXPECT_EQ(entry.note, "");
  }
  EXPECT_THAT(names, ElementsAre("ada ada.cpp", "ada ada.zip", "ada ada", "ada-2 ada-2.cpp"));
}

TEST_F(SubmissionsTest, NamesThatBecomeTheSameOneAreToldApart) {
  put("class/a:b.cpp");
  put("class/a:b.zip");
  put("class/a_b.cpp");
  put("class/a_b-2.cpp");
  put("class/a|b.cpp");
  std::map<std::string, std::string> students;
  int notes = 0;
  for (const auto& entry : find_entries({folder() / "class"}, "fit.cpp")) {
    students[entry.path.filename()] = entry.student;
    notes += !entry.note.empty();
  }
  EXPECT_EQ(students["a_b.cpp"], "a_b");
  EXPECT_EQ(students["a_b-2.cpp"], "a_b-2");
  EXPECT_EQ(students["a:b.cpp"], "a_b-3");
  EXPECT_EQ(students["a:b.zip"], "a_b-3");
  EXPECT_EQ(students["a|b.cpp"], "a_b-4");
  EXPECT_EQ(notes, 3);
}

TEST_F(SubmissionsTest, WhatIsGivenTwiceCountsOnce) {
  put("class/ada.cpp");
  put("class/emmy/fit.cpp");
  EXPECT_THAT(students({folder() / "class", folder() / "./class/", folder() / "class/ada.cpp", folder() / "class/emmy/"}),
              ElementsAre("ada", "emmy"));
}

TEST_F(SubmissionsTest, TheTimeIsTheFilesWhateverItIs) {
  put("ada/fit.cpp");
  const auto file = folder() / "ada/fit.cpp";
  const auto time_after = [&](std::int64_t seconds) {
    const ::timespec times[2] = {{0, UTIME_OMIT}, {seconds, 0}};
    EXPECT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    return read(folder() / "ada").submitted_at;
  };
  EXPECT_EQ(time_after(1'777'672'740), "2026-05-01T21:59:00Z");
  EXPECT_EQ(time_after(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_after(-86'400), "1969-12-31T00:00:00Z");
  EXPECT_EQ(time_after(4'102'444'800), "2100-01-01T00:00:00Z");
  for (const auto beyond : {std::int64_t{1'000'000'000'000}, std::numeric_limits<std::int64_t>::min()}) {
    const auto far = time_after(beyond);  // file systems that cannot hold it clamp
    EXPECT_TRUE(far.empty() || (far.size() == 20 && far > "1019" && far < "2920")) << far;
  }
}

TEST_F(SubmissionsTest, AMissingPathOrAnEmptyFolderIsTheUsersMistake) {
  fs::create_directories(folder() / "nobody");
  EXPECT_THROW(students({folder() / "nobody"}), c10::ValueError);
  EXPECT_THROW(students({folder() / "nowhere"}), c10::ValueError);
}

TEST_F(SubmissionsTest, ALinkGivenByTheInstructorIsFollowed) {
  put("real/fit.cpp");
  fs::create_symlink(folder() / "real/fit.cpp", folder() / "emmy.cpp");
  const auto entries = find_entries({folder() / "emmy.cpp"}, "fit.cpp");
  EXPECT_EQ(entries.at(0).student, "emmy");
  EXPECT_EQ(read_submission(entries[0], "fit.cpp", kMaxBytes).problem, "");
}

TEST_F(SubmissionsTest, AWrongNameSaysWhatWasFoundAndWhatIsExpected) {
  put("ada/ridge.cpp");
  EXPECT_THAT(read(folder() / "ada").problem,
              AllOf(HasSubstr("ridge.cpp"), HasSubstr("name the file fit.cpp")));
  put("emmy.py");
  EXPECT_THAT(read(folder() / "emmy.py").problem, AllOf(HasSubstr("emmy.py"), HasSubstr("fit.cpp")));
  put("max/a/fit.cpp");
  put("max/b/fit.cpp");
  EXPECT_THAT(read(folder() / "max").problem, HasSubstr("2 files named fit.cpp"));
  fs::create_directories(folder() / "empty");
  EXPECT_THAT(read(folder() / "empty").problem, HasSubstr("found nothing"));
}

TEST_F(SubmissionsTest, WhatIsNotSourceCodeIsUnreadable) {
  using namespace std::string_view_literals;
  const std::vector<std::pair<std::string_view, std::string>> cases = {{"", "is empty"},
                                                                       {" \r\n\t", "is empty"},
                                                                       {"\x7F"sv
                                                                        "ELF\2\1"sv,
                                                                        "compiled program"},
                                                                       {"int\0 x;"sv, "NUL"},
                                                                       {"\xFF\xFEi\0"sv, "UTF-16"}};
  for (const auto& [content, reason] : cases) {
    put("case.cpp", content);
    EXPECT_THAT(read(folder() / "case.cpp").problem, HasSubstr(reason));
    EXPECT_EQ(read(folder() / "case.cpp").source, "");
  }
}

TEST_F(SubmissionsTest, AGigabyteIsRefusedByItsSizeAlone) {
  put("huge/fit.cpp", "x");
  fs::resize_file(folder() / "huge/fit.cpp", std::uintmax_t{1} << 30);  // sparse
  EXPECT_THAT(read(folder() / "huge").problem, HasSubstr("1073741824 bytes"));
  put("limit.cpp", std::string(kMaxBytes, 'x'));
  EXPECT_EQ(read(folder() / "limit.cpp").problem, "");
  put("limit.cpp", std::string(kMaxBytes + 1, 'x'));
  EXPECT_NE(read(folder() / "limit.cpp").problem, "");
}

TEST_F(SubmissionsTest, LinksPipesAndDevicesAreNotOpened) {
  put("secret.txt", "the instructor's\n");
  fs::create_directories(folder() / "ada");
  fs::create_symlink(folder() / "secret.txt", folder() / "ada/fit.cpp");
  EXPECT_THAT(read(folder() / "ada").problem, HasSubstr("symbolic link"));
  fs::create_symlink(folder() / "secret.txt", folder() / "link.cpp");
  EXPECT_THAT(read(folder() / "link.cpp").problem, HasSubstr("symbolic link"));
  fs::create_directories(folder() / "emmy");
  ASSERT_EQ(::mkfifo((folder() / "emmy/fit.cpp").c_str(), 0600), 0);
  EXPECT_THAT(read(folder() / "emmy").problem, HasSubstr("pipe"));
  fs::create_directories(folder() / "max");
  fs::create_directory_symlink(folder(), folder() / "max/loop");
  EXPECT_THAT(read(folder() / "max").problem, HasSubstr("holds no fit.cpp"));
}

TEST_F(SubmissionsTest, TheAnswersBesideTheSourceComeWithIt) {
  put("ada/src/fit.cpp");
  put("ada/src/answers.json", "{}");
  put("ada/other/answers.json", "[]");
  EXPECT_EQ(read(folder() / "ada").answers, "{}");
  EXPECT_EQ(read(folder() / "ada/src/fit.cpp").answers, "{}");
  put("emmy/fit.cpp");
  put("emmy/hw/answers.json", "{}");
  EXPECT_EQ(read(folder() / "emmy").answers, "");
  EXPECT_EQ(read(folder() / "emmy").problem, "");
  put("ada/src/max.cpp");
  EXPECT_EQ(read(folder() / "ada/src/max.cpp").answers, "") << "a class's folder";
}

TEST_F(SubmissionsTest, AnArchivesAnswersAreThoseBesideTheSource) {
  for (const auto* name : {"a.zip", "a.tar.gz"}) {
    write_archive(folder() / name, {{"hw/07/answers.json", "[]"},
                                    {"hw/01/fit.cpp", "int x;"},
                                    {"hw/01/answers.json", "{}"},
                                    {"answers.json", "1"}});
    EXPECT_EQ(read(folder() / name).answers, "{}") << name;
  }
  write_archive(folder() / "none.zip", {{"fit.cpp", "int x;"}, {"b/answers.json", "{}"}});
  EXPECT_EQ(read(folder() / "none.zip").answers, "");
  write_archive(folder() / "twice.tar",
                {{"fit.cpp", "int x;"}, {"answers.json", "{}"}, {"answers.json", "[]"}});
  EXPECT_THAT(read(folder() / "twice.tar").problem, HasSubstr("answers.json twice"));
}

TEST_F(SubmissionsTest, OneFolderOfAnArchiveMayBeWrittenInSeveralWays) {
  const std::vector<std::pair<std::string, std::string>> ways{
      {"./fit.cpp", "answers.json"}, {"fit.cpp", "./answers.json"}, {"hw\\fit.cpp", "./hw/answers.json"}};
  for (const auto& [source, answers] : ways) {
    write_archive(folder() / "a.tar", {{source, "int x;"}, {answers, "{}"}});
    EXPECT_EQ(read(folder() / "a.tar").answers, "{}") << source;
  }
  write_archive(folder() / "twice.tar",
                {{"fit.cpp", "int x;"}, {"answers.json", "{}"}, {"./answers.json", "[]"}});
  EXPECT_THAT(read(folder() / "twice.tar").problem, HasSubstr("answers.json twice"));
}

TEST_F(SubmissionsTest, AnswersThatAreNoFileAreNotOpened) {
  put("secret.txt", "the instructor's\n");
  put("ada/fit.cpp");
  fs::create_symlink(folder() / "secret.txt", folder() / "ada/answers.json");
  EXPECT_THAT(read(folder() / "ada").problem, HasSubstr("answers.json as a link"));
  EXPECT_EQ(read(folder() / "ada").source, "");
  write_archive(folder() / "link.tar",
                {{"fit.cpp", "int x;"}, {"answers.json", "", AE_IFLNK, "/etc/passwd"}});
  EXPECT_THAT(read(folder() / "link.tar").problem, HasSubstr("link or device"));
  put("max/fit.cpp");
  put("max/answers.json", std::string(kMaxBytes + 1, ' '));
  EXPECT_THAT(read(folder() / "max").problem, HasSubstr("max holds answers.json, which has"));
}

TEST(SubmissionTest, ItsHashIsOfAllThatIsGraded) {
  const judging::Submission plain{"int x;"};
  EXPECT_EQ(judging::sha256_of(plain), sha256_hex("int x;")) << "what earlier gradebooks hold";
  EXPECT_NE(judging::sha256_of({"int x;", "{}"}), judging::sha256_of(plain));
  EXPECT_NE(judging::sha256_of({"int x;", "{}"}), judging::sha256_of({"int x;{}"}));
}

TEST(FileNameTest, StaysReadableAndHarmless) {
  EXPECT_EQ(file_name_from("Emmy Noether_4711"), "Emmy Noether_4711");
  EXPECT_EQ(file_name_from("Zoë"), "Zoë");
  EXPECT_EQ(file_name_from("a/b\\c:d"), "a_b_c_d");
  EXPECT_EQ(file_name_from(".."), "_");
  EXPECT_EQ(file_name_from(""), "_");
  EXPECT_EQ(file_name_from("-rf"), "_rf");
  EXPECT_EQ(file_name_from(".hidden"), "_hidden");
  EXPECT_LE(file_name_from(std::string(500, 'x')).size(), 100);
  EXPECT_EQ(file_name_from("a\nb"), "a b");
}

}  // namespace
}  // namespace spinlab::grading
