#include "src/training/sweeps/array_folder.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ArrayFolderTest : public SpinlabTest {
 protected:
  SweepFolder sweep_ = SweepFolder(folder() / "sweep");
  ArrayFolder array_ = ArrayFolder(sweep_);
  PlannedRun run_{"001-s1", {{"seed", 1}}};
};

TEST_F(ArrayFolderTest, WorkComesBack) {
  EXPECT_THROW(array_.work(), c10::ValueError);
  array_.put({.tasks = 3, .runs = {"001-s1", "002-s1"}, .data = "/data", .command = "spinlab sweep"}, {run_});
  const auto work = array_.work();
  EXPECT_EQ(work.tasks, 3);
  EXPECT_THAT(work.runs, testing::ElementsAre("001-s1", "002-s1"));
  EXPECT_EQ(work.data, "/data");
  EXPECT_EQ(work.command, "spinlab sweep");
  EXPECT_EQ(array_.with_model(run_).config, run_.config);
}

TEST_F(ArrayFolderTest, FailuresAreRememberedUntilTheyAreForgotten) {
  EXPECT_FALSE(array_.has_failed(run_));
  array_.put_failure(run_);
  EXPECT_TRUE(array_.has_failed(run_));
  array_.forget_failures();
  EXPECT_FALSE(array_.has_failed(run_));
}

TEST_F(ArrayFolderTest, TheModelIsTheOneOfThatTime) {
  const auto model = folder() / "mine.cpp";
  write_file(model, "// then\n");
  run_.config["model_file"] = model.string();
  array_.put({.tasks = 1, .runs = {run_.name}, .data = "", .command = ""}, {run_});
  write_file(model, "// now\n");
  EXPECT_EQ(read_file(array_.path() / "model.cpp", 100), "// then\n");
}

}  // namespace
}  // namespace spinlab::training
