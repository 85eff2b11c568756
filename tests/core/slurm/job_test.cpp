#include "src/core/slurm/job.h"

#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::slurm {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// Slurm's programs are scripts here.
class SlurmJobTest : public SpinlabTest {
 protected:
  SlurmJobTest() { ::setenv("PATH", (folder().string() + ":" + path_).c_str(), 1); }
  ~SlurmJobTest() override { ::setenv("PATH", path_.c_str(), 1); }

  void program(const std::string& name, const std::string& script) const {
    write_file(folder() / name, "#!/bin/sh\n" + script);
    fs::permissions(folder() / name, fs::perms::owner_all);
  }
  std::string asked() const { return read_file(folder() / "asked", 1 << 16); }

  std::string path_ = std::getenv("PATH");
};

TEST_F(SlurmJobTest, TheUsersOptionsComeLastAndAFederationsIdIsCut) {
  program("sbatch",
          "echo \"$@\" > " + (folder() / "asked").string() + "; echo a word of the site; echo '12;cluster'");
  EXPECT_EQ(submit(ArrayJob{.name = "grade",
                            .script = "/x/array.sh",
                            .logs = "/x/50%",
                            .tasks = 3,
                            .memory_mib = 7,
                            .options = {"--mem=9M"}}),
            "12");
  EXPECT_EQ(asked(),
            "--parsable --job-name=grade --array=0-2 --ntasks=1 --cpus-per-task=1 "
            "--output=/x/50%%/task-%a.log --mem=7M "
            "--mem=9M /x/array.sh\n");
  EXPECT_EQ(
      submit(Job{
          .name = "train", .script = "/x/job.sh", .log = "/x/log", .needs = {"--ntasks=8"}, .options = {}}),
      "12");
  EXPECT_EQ(asked(), "--parsable --job-name=train --output=/x/log --ntasks=8 /x/job.sh\n");
}

TEST_F(SlurmJobTest, ARefusalIsSaidInOneLine) {
  program("sbatch", "echo 'sbatch: error: no such\npartition' >&2; exit 1");
  EXPECT_THAT(
      mistake([] { submit(Job{.name = "train", .script = "/x", .log = "/y", .needs = {}, .options = {}}); }),
      AllOf(HasSubstr("sbatch refuses the job: sbatch: error: no such partition"),
            HasSubstr("; mend --slurm-options")));
}

TEST_F(SlurmJobTest, OnlyAnAnswerEndsAJob) {
  program("squeue", "echo RUNNING; echo PENDING; echo COMPLETING");
  const auto state = queue_state("12");
  EXPECT_EQ(state.running, 2);
  EXPECT_EQ(state.waiting, 1);
  program("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
  EXPECT_TRUE(queue_state("12").ended());
  program("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  EXPECT_FALSE(queue_state("12").ended());
}

TEST_F(SlurmJobTest, AFolderKnowsItsJob) {
  EXPECT_EQ(remembered_job(folder()), "");
  EXPECT_EQ(job_under_way(folder()), "");
  remember_job(folder(), "41");
  EXPECT_EQ(remembered_job(folder()), "41");
  program("squeue", "echo RUNNING");
  EXPECT_EQ(job_under_way(folder()), "41");
  program("squeue", "true");
  EXPECT_EQ(job_under_way(folder()), "");
}

TEST(SlurmTasks, AreAsManyAsAskedForOrSuitTheWork) {
  EXPECT_EQ(tasks_for(12, {}, 4), 3);
  EXPECT_EQ(tasks_for(13, {}, 4), 4);
  EXPECT_EQ(tasks_for(1000, {}, 1), 100);
  EXPECT_EQ(tasks_for(1000, {.tasks = 300, .options = {}}, 1), 300);
  EXPECT_EQ(tasks_for(2, {.tasks = 300, .options = {}}, 1), 2);
}

}  // namespace
}  // namespace spinlab::slurm
