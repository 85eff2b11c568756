#include <algorithm>

#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

class SweepCommandTest : public SpinlabTest {
 protected:
  SweepCommandTest() {
    write_file(recipe_,
               R"({"title": "toy", "model": {"name": "linear"}, "data": {"name": "linear"}, "epochs": 2})");
  }
  CommandRun sweep(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"sweep", recipe_.string(), "--out", out_.string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_spinlab(words);
  }

  std::filesystem::path recipe_ = folder() / "toy.json", out_ = folder() / "sweep";
};

TEST_F(SweepCommandTest, RunsTheGridAndSaysWhichIsBest) {
  const auto outcome = sweep({"--set", "optimizer.lr=1e-6,0.05", "--seeds", "2", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto table = Json::parse(outcome.out);
  EXPECT_EQ(table.at("keys"), Json({"optimizer.lr"}));
  ASSERT_EQ(table.at("groups").size(), 2u);
  EXPECT_EQ(table["groups"][0]["settings"]["optimizer.lr"], 0.05);
  EXPECT_EQ(table["groups"][0]["metrics"]["test_r2"]["runs"], 2);
  for (const auto* name :
       {"sweep.json", "table.json", "table.csv", "table.png", "001-lr=1e-6-s1/result.json"})
    EXPECT_TRUE(std::filesystem::exists(out_ / name)) << name;
  // The same run by itself ends on the same numbers.
  const auto alone = run_spinlab({"train", recipe_.string(), "--set", "optimizer.lr=0.05", "--seed", "2",
                                  "--threads", "1", "--no-plots", "--out", (folder() / "alone").string()});
  ASSERT_EQ(alone.code, 0) << alone.err;
  EXPECT_EQ(read_json(folder() / "alone" / "result.json").at("metrics"),
            read_json(out_ / "004-lr=0.05-s2" / "result.json").at("metrics"));
  const auto compared = run_spinlab({"compare", out_.string()});
  EXPECT_EQ(compared.code, 0);
  EXPECT_THAT(compared.out, HasSubstr("optimizer.lr"));
}

TEST_F(SweepCommandTest, GoesOnWhereItStoppedAndOnlyThere) {
  ASSERT_EQ(sweep({"--set", "optimizer.lr=0.01,0.05"}).code, 0);
  const auto kept = std::filesystem::last_write_time(out_ / "001-lr=0.01-s1" / "result.json");
  std::filesystem::remove_all(out_ / "002-lr=0.05-s1");
  const auto untold = sweep({"--set", "optimizer.lr=0.01,0.05"});
  EXPECT_EQ(untold.code, 2);
  EXPECT_THAT(untold.err, HasSubstr("--resume"));
  const auto other = sweep({"--set", "optimizer.lr=0.01", "--resume"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("holds another sweep"));
  EXPECT_EQ(sweep({"--set", "optimizer.lr=0.01,0.05", "--resume"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(out_ / "002-lr=0.05-s1" / "result.json"));
  EXPECT_EQ(std::filesystem::last_write_time(out_ / "001-lr=0.01-s1" / "result.json"), kept);
}

TEST_F(SweepCommandTest, ARunThatFailsIsSaidAndDoesNotEndTheOthers) {
  const auto outcome = sweep({"--set", "optimizer.lr=0.01,1e6", "--set", "epochs=60"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("1 of 2 runs failed"));
  EXPECT_TRUE(std::filesystem::exists(out_ / "001-lr=0.01-epochs=60-s1" / "result.json"));
  EXPECT_THAT(read_file(out_ / "logs" / "002-lr=1e6-epochs=60-s1.log", 1 << 20), HasSubstr("not finite"));
}

TEST_F(SweepCommandTest, IsNotMixedIntoARun) {
  ASSERT_EQ(run_spinlab({"train", recipe_.string(), "--no-plots", "--out", out_.string()}).code, 0);
  const auto outcome = sweep({"--set", "optimizer.lr=0.01,0.05"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("holds a run"));
}

TEST_F(SweepCommandTest, AMistakeIsOneLine) {
  const auto outcome = sweep({"--set", "optimizer.lrr=1,2"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean \"lr\"?"));
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_EQ(run_spinlab({"compare", folder().string()}).code, 2);
}

}  // namespace
}  // namespace spinlab::cli
