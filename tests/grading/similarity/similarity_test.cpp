#include "src/grading/similarity/similarity.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/files.h"
#include "src/authoring/given_code.h"
#include "src/authoring/master.h"
#include "src/grading/similarity/results.h"
#include "tests/judging/sample_assignment.h"
#include "tests/grading/similarity/sample_programs.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SimilarityTest : public SpinlabTest {
 protected:
  void hand_in(const std::string& name, const std::string& source) { write_file(folder() / name, source); }
  Similarity compare(SimilarityOptions options) {
    options.given = authoring::given_code(assignment_);
    return compare_submissions(assignment_, options);
  }
  Similarity compare() { return compare({.paths = {folder() / "class"}}); }
  static std::string students(const Similarity& similarity, const SimilarPair& pair) {
    return display_name(similarity.files[pair.a.file]) + ", " + display_name(similarity.files[pair.b.file]);
  }
  static std::vector<std::string> pairs(const Similarity& similarity) {
    std::vector<std::string> names;
    for (const auto& pair : similarity.pairs) names.push_back(students(similarity, pair));
    return names;
  }
  static std::string all_json(const Similarity& similarity) {
    std::string text;
    for (size_t i = 0; i < similarity.pairs.size(); ++i) text += pair_json(similarity, i).dump();
    return text;
  }
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
};

TEST_F(SimilarityTest, ADisguisedCopyIsFound) {
  hand_in("class/ada.cpp", kLoops);
  hand_in("class/emmy.cpp", kLibrary);
  hand_in("class/max.cpp", kCopy);
  const auto similarity = compare();
  EXPECT_EQ(similarity.compared, 3);
  EXPECT_EQ(students(similarity, similarity.pairs.at(0)), "ada, max");
  EXPECT_GT(similarity.pairs[0].a.share, 0.8);
  EXPECT_GT(similarity.pairs[0].b.share, 0.8);
  for (size_t i = 1; i < similarity.pairs.size(); ++i) EXPECT_LT(similarity.pairs[i].similarity(), 0.2);
  EXPECT_EQ(similarity.nearest.size(), 3);
}

TEST_F(SimilarityTest, StretchesAreLinesOfTheFilesAsHandedIn) {
  hand_in("class/ada.cpp", kLoops);
  hand_in("class/emmy.cpp", "\r\n\r\n\r\n" + kLoops);
  const auto similarity = compare();
  const auto& pair = similarity.pairs.at(0);
  EXPECT_EQ(pair.similarity(), 1);
  ASSERT_EQ(pair.a.stretches.size(), pair.b.stretches.size());
  for (size_t i = 0; i < pair.a.stretches.size(); ++i) {
    EXPECT_EQ(pair.a.stretches[i].first + 3, pair.b.stretches[i].first);
    EXPECT_EQ(pair.a.stretches[i].last + 3, pair.b.stretches[i].last);
    EXPECT_EQ(pair.a.stretches[i].partner, i);
  }
  EXPECT_LE(pair.a.stretches.front().first, 5);
  const auto lines = std::count(kLoops.begin(), kLoops.end(), '\n');
  EXPECT_GE(pair.a.stretches.back().last, lines - 1);  // winnowing may leave out the last few characters
  EXPECT_LE(pair.a.stretches.back().last, lines);
}

TEST_F(SimilarityTest, WhatEverybodyWasGivenDoesNotCount) {
  hand_in("class/ada.cpp", kCopy + kLibrary);
  hand_in("class/emmy.cpp",
          kCopy +
              "struct Other { long long a[3]; bool operator()(unsigned u) { do { u >>= 1; } while "
              "(u & 1); return a[0] ? !u : a[2] == ~a[1]; } ~Other() { delete[] new char[7]; "
              "throw 'x'; goto out; out: asm(\"\"); } mutable volatile short s : 4; };\n"
              "enum class E : unsigned char { kA = 0x1f, kB = kA << 2, kC };\n"
              "union U { float f; wchar_t w; }; static_assert(sizeof(U) >= alignof(float));\n");
  EXPECT_GT(compare().pairs.at(0).similarity(), 0.4);
  write_file(assignment_.folder / "problems.h", "#pragma once\n" + kCopy);
  const auto without = compare();
  EXPECT_TRUE(without.pairs.empty() || without.pairs[0].similarity() < 0.15);
}

TEST_F(SimilarityTest, TheMasterDoesNotCount) {
  const auto master = authoring::Master::load(assignment_).whole();
  hand_in("class/ada.cpp", master);
  hand_in("class/emmy.cpp", master);
  hand_in("class/max.cpp", kLoops);
  const auto similarity = compare();
  EXPECT_TRUE(similarity.pairs.empty());
  ASSERT_EQ(similarity.not_compared.size(), 2);
  EXPECT_THAT(similarity.not_compared[0].reason, HasSubstr("next to nothing of its own"));
}

TEST_F(SimilarityTest, TwoSubmissionsOfOneStudentAreNoPair) {
  hand_in("class/ada.cpp", kLoops);
  hand_in("class/emmy.cpp", kCopy);
  hand_in("late/ada.cpp", kLoops);
  const auto similarity = compare({.paths = {folder() / "class", folder() / "late"}});
  const auto ada = [&](const char* file) { return "ada (" + (folder() / file).string() + "), emmy"; };
  EXPECT_THAT(pairs(similarity), testing::UnorderedElementsAre(ada("class/ada.cpp"), ada("late/ada.cpp")));
  EXPECT_EQ(similarity.compared, 2);
}

TEST_F(SimilarityTest, PastYearsAreComparedWithThisOneAndNotAmongThemselves) {
  hand_in("class/ada.cpp", kCopy);
  hand_in("class/emmy.cpp", kLibrary);
  hand_in("2024/max.cpp", kLoops);
  hand_in("2025/max.cpp", kLoops);
  const auto similarity =
      compare({.paths = {folder() / "class"}, .past = {folder() / "2024", folder() / "2025/"}, .pairs = 2});
  EXPECT_EQ(similarity.compared, 5);
  EXPECT_THAT(pairs(similarity), ElementsAre("ada, max (" + (folder() / "2024").string() + ")",
                                             "ada, max (" + (folder() / "2025").string() + ")"));
  EXPECT_EQ(similarity.nearest.size(), 2);
}

TEST_F(SimilarityTest, TheAnswerDoesNotDependOnProcesses) {
  for (const auto* name : {"ada", "emmy", "max", "wolfgang"})
    hand_in("class/" + std::string(name) + ".cpp", kLoops + kLibrary + kCopy.substr(name[0] * 5 % 400));
  const auto once = all_json(compare({.paths = {folder() / "class"}, .jobs = 1}));
  EXPECT_EQ(once, all_json(compare({.paths = {folder() / "class"}, .jobs = 3})));
  EXPECT_EQ(std::count(once.begin(), once.end(), '\n'), 0);
}

TEST_F(SimilarityTest, WhatCannotBeComparedIsSaidAndTheRestIs) {
  hand_in("class/ada.cpp", kLoops);
  hand_in("class/binary.cpp", std::string("int\0x", 5));
  hand_in("class/emmy.cpp", kCopy);
  hand_in("class/endless.cpp", kLoops + "int" + std::string(60'000, ' ') + "x");  // quadratic for Pygments
  hand_in("class/long.cpp", kLoops + std::string(200 << 10, ';'));
  hand_in("class/tiny.cpp", "double sum() { return 0; }\n");
  const auto similarity = compare();
  std::map<std::string, std::string> reasons;
  for (const auto& item : similarity.not_compared) reasons[item.student] = item.reason;
  EXPECT_EQ(reasons.size(), 4);
  EXPECT_THAT(reasons["binary"], HasSubstr("NUL"));
  EXPECT_THAT(reasons["endless"], HasSubstr("within 5 seconds"));
  EXPECT_THAT(reasons["long"], HasSubstr("128 KiB"));
  EXPECT_THAT(reasons["tiny"], HasSubstr("of its own"));
  EXPECT_THAT(pairs(similarity), ElementsAre("ada, emmy"));
}

TEST_F(SimilarityTest, MistakesAreNamed) {
  hand_in("class/ada.cpp", kLoops);
  EXPECT_THAT(mistake([&] { compare(); }), HasSubstr("it takes two"));
  EXPECT_THAT(mistake([&] { compare({.paths = {folder() / "nowhere"}}); }), HasSubstr("no such file"));
  EXPECT_THAT(mistake([&] { compare({.paths = {folder() / "class"}, .past = {folder() / "class/"}}); }),
              HasSubstr("name it once"));
}

}  // namespace
}  // namespace spinlab::grading
