#include <c10/util/Exception.h>

#include <atomic>

#include "src/core/files.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/regrade.h"
#include "src/grading/report/check_view.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Answers from hand-in to points, with a runner that passes all code, or says that it does not compile.
class GradedAnswersTest : public SpinlabTest {
 protected:
  GradedAnswersTest() {
    options_.out = folder() / "out";
    options_.runner = [this](const auto& assignment, const auto& file, const auto&) {
      return run(assignment, read_file(file, 1 << 20));
    };
  }
  judging::Report run(const judging::Assignment& assignment, const std::string& source) {
    ++runs_;
    judging::Report report;
    report.verdict = source == "no" ? judging::Verdict::kCompileError : judging::Verdict::kGraded;
    if (source == "no") return report;
    for (const auto& check : assignment.checks)
      if (!check.answer) report.checks.push_back({check.name, judging::Outcome::kPassed, "", 0.01});
    return report;
  }
  void hand_in(const std::string& student, const std::string& source, const std::string& answers) {
    write_file(folder() / "class" / student / "sums.cpp", source);
    write_file(folder() / "class" / student / "answers.json", answers);
  }
  Grading run() { return grade(assignment_, {folder() / "class"}, options_); }
  static std::vector<double> earned(const Grading& grading) {
    std::vector<double> points;
    for (const auto& grade : grading.grades) points.push_back(grade.score.earned);
    return points;
  }
  std::atomic<int> runs_{0};
  judging::Assignment assignment_ = judging::write_sample_with_answers(folder());
  GradeOptions options_;
};

constexpr auto kRight = R"({"Euler": 0.71828, "Roots": [1, -1]})";

TEST_F(GradedAnswersTest, CountWhateverBecameOfTheCode) {
  hand_in("ada", "yes", kRight);
  hand_in("emmy", "no", R"({"Euler": 0.71828, "Roots": 1})");
  hand_in("max", "yes", "{");
  write_file(folder() / "class/zoe/sums.cpp", "yes");
  const auto grading = run();
  EXPECT_THAT(earned(grading), ElementsAre(11.5, 4, 6.5, 6.5));
  EXPECT_EQ(grading.grades[1].report.verdict, judging::Verdict::kCompileError);
  EXPECT_EQ(grading.grades[1].score.maximum, 11.5);
  EXPECT_EQ(check_views(grading, grading.grades[1]).at(3).earned, 4);
  EXPECT_THAT(grading.grades[2].report.checks.at(3).message, HasSubstr("not valid JSON"));
  EXPECT_THAT(grading.grades[3].report.checks.at(3).message, HasSubstr("not handed in"));
}

TEST_F(GradedAnswersTest, NewAnswersAreANewSubmission) {
  hand_in("ada", "yes", "{}");
  run();
  EXPECT_EQ(run().kept, 1);
  hand_in("ada", "yes", kRight);
  const auto grading = run();
  EXPECT_EQ(grading.graded, 1);
  EXPECT_THAT(earned(grading), ElementsAre(11.5));
}

TEST_F(GradedAnswersTest, AMendedKeyRegradesThemFromTheGradebook) {
  hand_in("ada", "yes", R"({"Euler": 0.7195})");
  EXPECT_THAT(earned(run()), ElementsAre(6.5));
  auto key = read_json(assignment_.folder / "answer_key.json");
  key[0]["relative"] = 1e-2;
  write_file(assignment_.folder / "answer_key.json", key.dump());
  std::filesystem::remove_all(folder() / "class");
  const auto regrading = regrade(assignment_, options_);
  EXPECT_THAT(earned(regrading.grading), ElementsAre(10.5));
  EXPECT_EQ(regrading.changes.size(), 1);
  EXPECT_THAT(earned(undo_regrade(assignment_, options_.out).grading), ElementsAre(6.5));
}

TEST_F(GradedAnswersTest, AFilterForAnswersRunsNoCode) {
  hand_in("ada", "no", kRight);
  options_.run.filter = "Paper.*";
  const auto grading = run();
  EXPECT_EQ(runs_, 0);
  EXPECT_THAT(earned(grading), ElementsAre(5));
  EXPECT_EQ(grading.grades[0].score.maximum, 5);
}

TEST_F(GradedAnswersTest, WhereNoCodeRanTheGradebookStillKnowsThatItsChecksCount) {
  hand_in("ada", "no", kRight);
  run();
  const auto grading = read_grading(assignment_, existing_gradebook(options_.out, assignment_));
  EXPECT_EQ(grading.rubric.counted.size(), 5);
}

TEST_F(GradedAnswersTest, WithoutAKeyTheyAreLeftOut) {
  std::filesystem::remove(assignment_.folder / "answer_key.json");
  hand_in("ada", "yes", kRight);
  const auto grading = run();
  EXPECT_EQ(grading.rubric.left_out.size(), 2);
  EXPECT_THAT(earned(grading), ElementsAre(6.5));
  EXPECT_EQ(grading.grades[0].score.maximum, 6.5);
}

}  // namespace
}  // namespace spinlab::grading
