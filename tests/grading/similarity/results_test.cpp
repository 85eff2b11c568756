#include "src/grading/similarity/results.h"

#include "src/core/files.h"
#include "src/grading/similarity/html_pages.h"
#include "tests/support/occurrences.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kHostile =
    "int a;\n// </pre></span></a><script>alert(1)</script>\nint b; // \"&<img src=x onerror=y>\nint c;\n";

Similarity sample(size_t pairs) {
  Similarity similarity;
  similarity.assignment.name = "00-sums";
  similarity.files = {{"ada", "ada", "", kHostile},
                      {"<script>emmy", "emmy", "", "int a;\nint b;\nint c;\nint d;"},
                      {"max", "max", "archive/2025", kHostile}};
  similarity.compared = 3;
  similarity.nearest = {0.9, 0.25};
  similarity.not_compared = {{"nobody", "", "holds <b>nothing</b>"}};
  const PairSide left{0, 0.5, {{1, 2, 1}, {2, 4, 0}}}, right{1, 0.9, {{1, 1, 1}, {3, 4, 0}}};
  similarity.pairs.assign(pairs, {left, right, 120});
  return similarity;
}

class SimilarityResultsTest : public SpinlabTest {};

TEST_F(SimilarityResultsTest, WhatStudentsWroteIsText) {
  for (const auto& page : {pair_page(sample(1), 0), similarity_index(sample(1))}) {
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    for (const auto* part : {"http:", "https:", "@import", "url("}) EXPECT_THAT(page, Not(HasSubstr(part)));
  }
  EXPECT_THAT(pair_page(sample(1), 0), HasSubstr("&lt;/pre&gt;&lt;/span&gt;&lt;/a&gt;&lt;script&gt;"));
}

TEST_F(SimilarityResultsTest, EveryLineIsShownOnceAndEachStretchLeadsToTheOther) {
  const auto page = pair_page(sample(1), 0);
  EXPECT_EQ(occurrences(page, "<span class=\"line\">"), 8);
  EXPECT_EQ(occurrences(page, "<a "), occurrences(page, "</a>"));
  EXPECT_THAT(page, HasSubstr("<a class=\"c0\" id=\"a0\" href=\"#b1\"><span class=\"line\">int a;"));
  EXPECT_THAT(page, HasSubstr("<a class=\"c1\" id=\"a1\" href=\"#b0\"><span class=\"line\">int b; // "));
  EXPECT_THAT(page,
              HasSubstr("<a class=\"c1\" id=\"b0\" href=\"#a1\"><span class=\"line\">int a;\n</span></a>"));
  EXPECT_THAT(page, HasSubstr("50 % of its own code"));
}

TEST_F(SimilarityResultsTest, TheIndexRanksAndSaysWhatWasLeftOut) {
  const auto page = similarity_index(sample(2));
  EXPECT_THAT(page, HasSubstr("3 submissions, 3 pairs compared"));
  EXPECT_THAT(page, HasSubstr("<a href=\"pair-002.html\">2</a>"));
  EXPECT_THAT(page, HasSubstr("holds &lt;b&gt;nothing&lt;/b&gt;"));
  EXPECT_THAT(page, HasSubstr("<svg"));
}

TEST_F(SimilarityResultsTest, PagesOfAnEarlierRunAreRemoved) {
  write_similarity(sample(3), folder());
  write_file(folder() / "similarity/notes.txt", "the instructor's");
  write_similarity(sample(1), folder());
  EXPECT_TRUE(fs::exists(folder() / "similarity/pair-001.html"));
  EXPECT_FALSE(fs::exists(folder() / "similarity/pair-002.html"));
  EXPECT_FALSE(fs::exists(folder() / "similarity/pair-003.html"));
  EXPECT_TRUE(fs::exists(folder() / "similarity/notes.txt"));
}

TEST_F(SimilarityResultsTest, JsonHasBothSides) {
  write_similarity(sample(1), folder());
  const auto json = read_json(folder() / "similarity.json");
  EXPECT_EQ(json.at("pairs_compared"), 3);
  const auto& pair = json.at("pairs").at(0);
  EXPECT_EQ(pair.at("similarity"), 0.9);
  EXPECT_EQ(pair.at("b").at("student"), "<script>emmy");
  EXPECT_TRUE(pair.at("b").at("past").is_null());
  EXPECT_EQ(pair.at("a").at("lines").dump(), "[[1,2],[2,4]]");
  EXPECT_TRUE(fs::exists(folder() / pair.at("page").get<std::string>()));
  EXPECT_EQ(json.at("not_compared").at(0).at("student"), "nobody");
}

TEST_F(SimilarityResultsTest, TheTableNamesPagesAndPastYears) {
  auto similarity = sample(1);
  similarity.pairs[0].b.file = 2;
  const auto table = pairs_table(similarity);
  EXPECT_THAT(table, HasSubstr("max (archive/2025)"));
  EXPECT_THAT(table, HasSubstr("50 %  90 %  similarity/pair-001.html"));
}

}  // namespace
}  // namespace spinlab::grading
