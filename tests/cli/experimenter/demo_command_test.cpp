#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

class Demo : public SpinlabTest {};

TEST_F(Demo, DrawsThePhasesAndGradesTheSamples) {
  const auto out = folder() / "demo";
  const auto demo = run_spinlab({"demo", "--out", out.string(), "--seed", "3"});
  ASSERT_EQ(demo.code, 0) << demo.err;
  const auto ising = read_json(out / "ising.json");
  const auto accuracy = ising.at("accuracy").get<std::vector<double>>();
  // Farthest from the critical temperature nothing is left to err about.
  EXPECT_GT(accuracy.front(), 0.97);
  EXPECT_GT(accuracy.back(), 0.97);
  for (const char* file : {"ising.png", "ising.svg", "grades/grades.csv", "grades/report/index.html"}) {
    EXPECT_TRUE(std::filesystem::exists(out / file)) << file;
    EXPECT_THAT(demo.out, testing::HasSubstr((out / file).string()));
  }
  if (!std::filesystem::exists(root() / "assignments/01-regression/solution.cpp")) {
    EXPECT_THAT(demo.out, testing::ContainsRegex("untouched +graded +0 "));
    return;
  }
  for (const char* line : {"right +graded", "does-not-compile +compile error", "forges +graded"}) {
    EXPECT_THAT(demo.out, testing::ContainsRegex(line));
  }
}

TEST_F(Demo, NamesAFolderThatCannotBeMade) {
  write_file(folder() / "file", "");
  const auto demo = run_spinlab({"demo", "--out", (folder() / "file").string()});
  EXPECT_EQ(demo.code, 3);
  EXPECT_THAT(demo.err, testing::HasSubstr((folder() / "file").string()));
}

}  // namespace
}  // namespace spinlab::cli
