#include "src/core/config.h"
#include "src/core/errors.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

class ExportCommandTest : public SpinlabTest {
 protected:
  ExportCommandTest() {
    write_file(folder() / "toy.json",
               R"({"model": {"name": "linear"}, "data": {"name": "linear"}, "epochs": 1})");
  }
  CommandRun export_as(const std::string& format, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"export", run_, "--format", format};
    words.insert(words.end(), more.begin(), more.end());
    return run_spinlab(words);
  }

  const std::string run_ = (folder() / "run").string();
};

TEST_F(ExportCommandTest, SaysEveryPathThatItWrites) {
  ASSERT_EQ(run_spinlab({"train", (folder() / "toy.json").string(), "--out", run_, "--no-plots"}).code, 0);
  for (const std::string format : {"safetensors", "python", "tensorboard", "csv"}) {
    const auto outcome = export_as(format, {"--json"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto files = Json::parse(outcome.out).at("files");
    EXPECT_FALSE(files.empty());
    for (const auto& file : files)
      EXPECT_TRUE(std::filesystem::is_regular_file(file.get<std::string>())) << file;
  }
  EXPECT_EQ(export_as("csv").out, "written: " + run_ + "/export/metrics.csv\n");
  write_file(folder() / "mine", "mine");
  const auto refused = export_as("csv", {"--out", (folder() / "mine").string()});
  EXPECT_EQ(refused.code, static_cast<int>(ExitCode::kUserMistake));
  EXPECT_THAT(refused.err, HasSubstr("--overwrite"));
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
}

TEST_F(ExportCommandTest, EachMistakeIsOneLineAndCodeTwo) {
  for (const std::string format : {"csv", "onnx"}) {
    const auto outcome = export_as(format);
    EXPECT_EQ(outcome.code, static_cast<int>(ExitCode::kUserMistake)) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

}  // namespace
}  // namespace spinlab::cli
