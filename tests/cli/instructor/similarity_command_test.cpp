#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

/// Submissions to 01-regression: two of its variants of each function by different people, and a copy.
class SimilarityCommandTest : public SpinlabTest {
 protected:
  SimilarityCommandTest() {
    hand_in("ada", 1);
    hand_in("emmy", 2);
    hand_in("max", 1);
  }
  void hand_in(const std::string& student, int variant) {
    std::string text;
    for (const auto* task : {"fit_lasso", "fit_least_squares", "fit_ridge", "locally_linear"})
      text += variant_of(
          read_file(root() / "assignments/01-regression/similarity" / (task + std::string(".cpp")), 1 << 20),
          variant);
    write_file(folder() / "class" / student / "regression.cpp", text);
  }
  static std::string variant_of(const std::string& text, int number) {
    size_t at = 0;
    for (int i = 0; i < number; ++i) at = text.find("// VARIANT", at) + 1;
    return text.substr(at - 1, text.find("// VARIANT", at) - at + 1);
  }
  CommandRun run(const std::vector<std::string>& more) {
    std::vector<std::string> words{"similarity", "01", (folder() / "class").string(), "--out",
                                   (folder() / "out").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_spinlab(words);
  }
};

TEST_F(SimilarityCommandTest, RanksAndWritesAPageAPair) {
  const auto outcome = run({});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\n1  ada   max   100 %  100 %  similarity/pair-001.html"));
  EXPECT_THAT(outcome.err, HasSubstr("3 submissions read, 3 pairs compared"));
  EXPECT_THAT(read_file(folder() / "out/similarity/pair-001.html", 1 << 20), HasSubstr("fit_lasso"));
  EXPECT_THAT(read_file(folder() / "out/similarity/index.html", 1 << 20), HasSubstr("01-regression"));
}

TEST_F(SimilarityCommandTest, JsonIsALineAPairAndNothingElse) {
  const auto outcome = run({"--json", "--pairs", "1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto pair = Json::parse(outcome.out);
  EXPECT_EQ(pair.at("a").at("student"), "ada");
  EXPECT_EQ(pair.at("similarity"), 1);
  EXPECT_EQ(read_json(folder() / "out/similarity.json").at("pairs").at(0), pair);
}

TEST_F(SimilarityCommandTest, MistakesEndWithOneLineAndNoResults) {
  const auto missing = run({"--past", (folder() / "nowhere").string()});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("nowhere: no such file or folder"));
  EXPECT_EQ(run({"--pairs", "0"}).code, 2);
  EXPECT_FALSE(fs::exists(folder() / "out/similarity"));
}

TEST_F(SimilarityCommandTest, APythonWithoutCopydetectIsNamed) {
  ::setenv("SPINLAB_PYTHON", "/nowhere/python", 1);
  const auto outcome = run({});
  ::unsetenv("SPINLAB_PYTHON");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere/python cannot be started"));
}

}  // namespace
}  // namespace spinlab::cli
