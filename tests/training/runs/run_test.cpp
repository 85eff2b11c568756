#include "src/training/runs/run.h"

#include <ATen/ATen.h>

#include "datasets/tokens/byte_pairs.h"
#include "src/core/files.h"
#include "src/training/config.h"
#include "src/training/runs/run_summary.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

class RunTest : public SpinlabTest {
 protected:
  RunFolder at(const char* name) const { return RunFolder(folder() / name); }
  std::optional<Json> start(const char* name, const Json& config) const {
    return start_run(config, at(name), data_, "test", false);
  }
  datasets::DataFolders data_;
};

TEST_F(RunTest, WritesAFolderThatRepeatsTheRun) {
  const auto result = start("one", toy_config());
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, at("one").result());
  EXPECT_GT(result->at("metrics").at("test_r2"), 0.5);
  for (const auto* key : {"seconds", "seed", "versions", "device", "threads"})
    EXPECT_TRUE(result->contains(key)) << key;
  ASSERT_TRUE(start("two", at("one").config()));
  EXPECT_EQ(at("one").result().at("metrics"), at("two").result().at("metrics"));
  const auto one = at("one").checkpoint(), two = at("two").checkpoint();
  for (const auto& [name, tensor] : one) EXPECT_TRUE(at::equal(tensor, two.at(name))) << name;
}

TEST_F(RunTest, EvaluationFindsTheSameMetrics) {
  const auto result = start("run", toy_config());
  const auto again = evaluate_run(at("run"), data_, "");
  for (const auto& [name, value] : result->at("metrics").items()) EXPECT_EQ(again.at(name), value) << name;
}

// Weights know tokens by their numbers alone: of another text they know nothing.
TEST_F(RunTest, ATextThatChangedIsRefused) {
  const auto text = folder() / "own.txt";
  const auto write = [&](const std::string& line) {
    std::string whole;
    for (int i = 0; i < 60; ++i) whole += line;
    write_file(text, whole);
  };
  write("to be or not to be ");
  const Json data = {{"name", "text"}, {"file", text.string()}, {"context", 8}, {"tokens", "byte_pairs"}};
  const auto config = complete_config(
      {{"model", {{"name", "bigram"}}}, {"data", data}, {"epochs", 1}, {"batch", 4}}, "config");
  ASSERT_TRUE(start("run", config));
  const auto tokens = datasets::BytePairs::read(folder() / "run");
  EXPECT_EQ(tokens.decode(tokens.encode("to be")), "to be");
  evaluate_run(at("run"), data_, "");
  write("to do or not to do ");
  EXPECT_THAT(mistake([&] { evaluate_run(at("run"), data_, ""); }),
              testing::HasSubstr("no longer what the run"));
  auto longer = at("run").config();
  longer["epochs"] = 100;
  EXPECT_THAT(mistake([&] { resume_run(at("run"), longer, data_, "test"); }),
              testing::HasSubstr("no longer what the run"));
  write("to be or not to be ");
  EXPECT_TRUE(resume_run(at("run"), longer, data_, "test"));
}

TEST_F(RunTest, LeavesNothingWhereItCannotBegin) {
  EXPECT_THROW(start("a", toy_config({{"data", {{"name", "linaer"}}}})), c10::ValueError);
  EXPECT_THROW(start("a", toy_config({{"batch", 100'000}})), c10::ValueError);
  EXPECT_THROW(start("a", toy_config({{"device", "tpu"}})), c10::ValueError);
  EXPECT_THROW(
      start("a", toy_config({{"goal", {{"metric", "test_acuracy"}, {"at_least", 1}, {"source", ""}}}})),
      c10::ValueError);
  EXPECT_FALSE(std::filesystem::exists(folder() / "a"));
}

TEST_F(RunTest, AFinishedRunIsNotTakenUpAgain) {
  const auto result = start("run", toy_config());
  EXPECT_EQ(*resume_run(at("run"), at("run").config(), data_, "test"), *result);
}

TEST_F(RunTest, AFinishedRunNeedsNoDevice) {
  const auto result = start("run", toy_config());
  auto config = read_json(folder() / "run" / "config.json");
  config["device"] = "cuda:99";  // it was made elsewhere
  write_file(folder() / "run" / "config.json", config.dump());
  EXPECT_EQ(*resume_run(at("run"), at("run").config(), data_, "test"), *result);
}

TEST_F(RunTest, ThatDivergesIsKnownAsFailed) {
  const auto wild = toy_config(
      {{"optimizer", {{"name", "sgd"}, {"lr", 1e5}}}, {"model", {{"name", "mlp"}, {"hidden", {16, 16}}}}});
  EXPECT_THROW(start("run", wild), c10::ValueError);
  EXPECT_EQ(summarise_run(folder() / "run").state, "failed");
  EXPECT_THAT(at("run").record().at("failed").get<std::string>(), testing::HasSubstr("not finite"));
  EXPECT_FALSE(summarise_run(folder() / "run").metrics.contains("seconds"));
}

TEST_F(RunTest, LinesOfMetricsThatAreNotWholeAreSaid) {
  start("run", toy_config());
  write_file(folder() / "run" / "metrics.jsonl",
             "{\"epoch\": 1}\nrubbish\n{\"epoch\": \"x\"}\n[2]\n{\"epoch\": 9}\n{\"epo");
  EXPECT_EQ(at("run").keep_metrics(5), 2);
  EXPECT_EQ(read_file(folder() / "run" / "metrics.jsonl", 100), "{\"epoch\":1}\n");
}

TEST_F(RunTest, ADamagedCheckpointEndsTheResumption) {
  start("run", toy_config());
  std::filesystem::remove(folder() / "run" / "result.json");
  const auto file = folder() / "run" / "checkpoint.pt";
  write_file(file, read_file(file, 1 << 20).substr(0, 700));
  EXPECT_THROW(resume_run(at("run"), at("run").config(), data_, "test"), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::training
