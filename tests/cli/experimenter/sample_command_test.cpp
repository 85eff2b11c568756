#include "src/core/config.h"
#include "src/core/errors.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

/// A small network that has read "abcabc…" is sure of what follows.
class SampleCommandTest : public SpinlabTest {
 protected:
  SampleCommandTest() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "abc\n";
    write_file(folder() / "t.txt", text);
    const Json recipe = {
        {"model", {{"name", "gpt"}, {"width", 16}, {"layers", 1}, {"heads", 2}}},
        {"data", {{"name", "text"}, {"file", (folder() / "t.txt").string()}, {"context", 12}}},
        {"optimizer", {{"name", "adamw"}, {"lr", 0.01}}},
        {"epochs", 2}};
    write_file(folder() / "toy.json", recipe.dump());
  }
  void train() const {
    const auto outcome =
        run_spinlab({"train", (folder() / "toy.json").string(), "--out", run_, "--no-plots"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  CommandRun sample(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"sample", run_};
    words.insert(words.end(), more.begin(), more.end());
    return run_spinlab(words);
  }

  const std::string run_ = (folder() / "run").string();
};

TEST_F(SampleCommandTest, WritesOnTheSameWithAndWithoutACache) {
  train();
  const auto greedy = sample({"--prompt", "ab", "--length", "30", "--temperature", "0"});
  ASSERT_EQ(greedy.code, 0) << greedy.err;
  EXPECT_EQ(greedy.out, "abc\nabc\nabc\nabc\nabc\nabc\nabc\nabc\n\n");
  EXPECT_EQ(sample({"--prompt", "ab", "--length", "30", "--temperature", "0", "--no-cache"}).out, greedy.out);
  const std::vector<std::string> wild{"--length", "60", "--temperature", "3", "--seed", "4"};
  const auto one = sample(wild);
  EXPECT_EQ(sample(wild).out, one.out);
  EXPECT_NE(sample({"--length", "60", "--temperature", "3", "--seed", "5"}).out, one.out);
  const auto told = sample({"--prompt", "a", "--temperature", "0", "--stop", "a", "--json"});
  EXPECT_EQ(Json::parse(told.out).at("text"), "bc\n");
}

TEST_F(SampleCommandTest, EachMistakeIsOneLineAndCodeTwo) {
  EXPECT_THAT(sample({}).err, HasSubstr("no run here"));
  train();
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes{
      {{"--prompt", ""}, "--prompt is empty"},
      {{"--prompt", "xyz"}, "--prompt: character 1, \"x\" (U+0078), is not among the 4"},
      {{"--prompt", "ab\xc3"}, "--prompt: byte 3 of 3 (0xC3) begins no whole character"},
      {{"--seed", "-1"}, "--seed: must be 0 or more, got -1"},
      {{"--temperature", "-1"}, "0 (the most probable token) or more, got -1"},
      {{"--top-k", "0"}, "at least 1, got 0"},
      {{"--top-p", "1.5"}, "(0, 1], got 1.5"}};
  for (const auto& [words, said] : mistakes) {
    const auto outcome = sample(words);
    EXPECT_EQ(outcome.code, static_cast<int>(ExitCode::kUserMistake)) << said;
    EXPECT_THAT(outcome.err, HasSubstr(said));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

}  // namespace
}  // namespace spinlab::cli
