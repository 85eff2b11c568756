#include "src/authoring/validate.h"

#include <c10/util/Exception.h>

#include "src/authoring/handout.h"
#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What a source passes: the whole sample master all, its stubs nothing, its mutants what `verdict_on` says.
class ValidateTest : public SpinlabTest {
 protected:
  ValidateTest() {
    options_.run.seed = 100;
    options_.runner = [this](const auto& assignment, const auto& file, const judging::RunOptions& run) {
      return report(assignment, read_file(file, 1 << 20), run.seed);
    };
  }
  judging::Report report(const judging::Assignment& assignment, const std::string& source,
                         std::uint64_t seed) const {
    judging::Report report;
    report.verdict =
        source.find("NotImplemented") != std::string::npos ? stub_verdict_ : judging::Verdict::kGraded;
    for (const auto& check : assignment.checks) {
      if (check.answer) continue;
      const bool passed = passes(check.name, source, seed);
      report.checks.push_back(
          {check.name, passed ? judging::Outcome::kPassed : judging::Outcome::kFailed, "", 0});
    }
    return report;
  }
  bool passes(const std::string& check, const std::string& source, std::uint64_t seed) const {
    if (source.find("spinlab_trivial") != std::string::npos)
      return check == trivial_passes_ && source.find("Any{NAN}") != std::string::npos;
    if (source.find("NotImplemented") != std::string::npos) return check == stub_passes_;
    if (source.find("sum_of_a_variant") != std::string::npos) return check != variant_fails_;
    if (source.find("total_of_the_master = 1") != std::string::npos) return check != "Sum.OfOnes";
    if (source.find("return sum(x, n);") != std::string::npos)
      return check == "Sum.OfOnes" || check == mutant_passes_;
    return !(check == "Mean.OfOnes" && seed == unlucky_seed_);
  }
  Validation run() { return validate(assignment_, options_); }

  judging::Verdict stub_verdict_ = judging::Verdict::kGraded;
  std::string stub_passes_;
  std::string trivial_passes_;
  std::string mutant_passes_;
  std::string variant_fails_;
  std::uint64_t unlucky_seed_ = 0;
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  ValidateOptions options_;
};

TEST_F(ValidateTest, ASoundAssignmentHasNoProblems) {
  options_.seeds = 3;
  options_.jobs = 2;
  const auto validation = run();
  EXPECT_THAT(validation.problems, IsEmpty());
  EXPECT_THAT(validation.notes, IsEmpty());
  ASSERT_EQ(validation.mutants.size(), 2);
  for (const auto& health : validation.checks) {
    EXPECT_EQ(health.false_failures, 0);
    EXPECT_EQ(health.mutants, 1) << health.check.name;
  }
}

TEST_F(ValidateTest, AFalseFailureIsCounted) {
  options_.seeds = 5;
  unlucky_seed_ = 103;
  const auto validation = run();
  EXPECT_THAT(validation.problems, Contains(AllOf(HasSubstr("seed 103"), HasSubstr("Mean.OfOnes"))));
  EXPECT_EQ(validation.checks.at(0).false_failures, 0);
  EXPECT_EQ(validation.checks.at(1).false_failures, 1);
}

TEST_F(ValidateTest, StubsThatEarnPointsAreFound) {
  stub_passes_ = "Mean.OfOnes";
  EXPECT_THAT(run().problems, ElementsAre(AllOf(HasSubstr("the stubs: earned 1.5"), HasSubstr("Mean.OfOnes"))));
}

TEST_F(ValidateTest, TrivialSubmissionsThatEarnPointsAreFound) {
  trivial_passes_ = "Sum.OfOnes";
  EXPECT_THAT(run().problems, ElementsAre("the trivial submission nan: earned 2 points with Sum.OfOnes"));
}

TEST_F(ValidateTest, StubsThatDoNotCompileAreFound) {
  stub_verdict_ = judging::Verdict::kCompileError;
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("the stubs: not graded, compile error")));
}

TEST_F(ValidateTest, OfAStudentEditionOnlyTheStubsAreJudged) {
  const auto handed_out = handout_files(assignment_);
  write_file(assignment_.folder / kStubsFile, handed_out.at(assignment_.file));
  write_file(assignment_.folder / "assignment.json", handed_out.at("assignment.json"));
  for (const auto& name : kept_back()) std::filesystem::remove(assignment_.folder / name);
  assignment_ = judging::read_assignment(assignment_.folder);
  const auto validation = run();
  EXPECT_THAT(validation.problems, IsEmpty());
  EXPECT_THAT(validation.notes, ElementsAre(HasSubstr("no master in this tree")));
  EXPECT_EQ(validation.seeds, 0);
  stub_passes_ = "Mean.OfOnes";
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("the stubs: earned 1.5")));
}

TEST_F(ValidateTest, AMutantThatPassesACheckItNamesIsFound) {
  mutant_passes_ = "Mean.SecretlyNegative";
  const auto validation = run();
  EXPECT_THAT(validation.problems,
              ElementsAre(AllOf(HasSubstr("no-division"), HasSubstr("Mean.SecretlyNegative"))));
  EXPECT_THAT(validation.mutants.at(1).missed, ElementsAre("Mean.SecretlyNegative"));
  EXPECT_THAT(validation.notes, ElementsAre(HasSubstr("Mean.SecretlyNegative is untested")));
}

TEST_F(ValidateTest, AVariantMustEarnAllPoints) {
  options_.variant_seeds = 3;
  ASSERT_EQ(run().variants.size(), 1);
  EXPECT_THAT(run().variants[0].failed, IsEmpty());
  variant_fails_ = "Mean.OfOnes";
  const auto validation = run();
  EXPECT_THAT(validation.problems,
              ElementsAre(HasSubstr("the variant plain, seed 100 is right, but fails Mean.OfOnes"),
                          HasSubstr("seed 101"), HasSubstr("seed 102")));
  EXPECT_THAT(validation.variants[0].failed, ElementsAre("Mean.OfOnes"));
  std::filesystem::remove_all(assignment_.folder / "variants");
  EXPECT_THAT(run().notes, ElementsAre(HasSubstr("there are no variants")));
}

TEST_F(ValidateTest, WhatLintFindsIsAProblemAndNothingRuns) {
  options_.runner = [](const auto&, const auto&, const auto&) -> judging::Report {
    throw std::logic_error("ran");
  };
  std::filesystem::remove(assignment_.folder / "mutants.json");
  EXPECT_THAT(run().checks, IsEmpty());
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("mutants.json: no such file")));
}

TEST_F(ValidateTest, ASampleMustGetItsVerdictAndPoints) {
  const auto sample = [](const char* verdict, double points) {
    return Json{{{"id", "some"},
                 {"what", ""},
                 {"mutants", {"starts-at-one"}},
                 {"verdict", verdict},
                 {"points", points}}}
        .dump();
  };
  write_file(assignment_.folder / "samples.json", sample("graded", 4.5));
  EXPECT_THAT(run().problems, IsEmpty());
  write_file(assignment_.folder / "samples.json", sample("graded", 5));
  EXPECT_THAT(run().problems, ElementsAre(AllOf(HasSubstr("sample some"), HasSubstr("with 4.5 points"),
                                                HasSubstr("with 5"))));
  write_file(assignment_.folder / "samples.json", sample("crashed", 4.5));
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("samples.json says crashed")));
}

TEST_F(ValidateTest, IllFormedFilesAreProblemsAndNothingRuns) {
  write_file(assignment_.folder / "answer_key.json", "[{}]");
  write_file(assignment_.folder / "problems.h", "// END SOLUTION\n");
  options_.runner = [](const auto&, const auto&, const auto&) -> judging::Report {
    throw std::logic_error("ran");
  };
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("marker"), HasSubstr("answer_key.json")));
}

/// No code runs for it: the fake runner would pass every check of a mutant that it does not know.
TEST_F(ValidateTest, AnswersAreJudgedLikeChecks) {
  assignment_ = judging::write_sample_with_answers(folder());
  const auto validation = run();
  EXPECT_THAT(validation.problems, IsEmpty());
  EXPECT_THAT(validation.notes, ElementsAre(HasSubstr("Paper.Roots is untested")));
  auto key = read_json(assignment_.folder / "answer_key.json");
  key[0]["relative"] = 10;
  write_file(assignment_.folder / "answer_key.json", key.dump());
  EXPECT_THAT(run().problems, ElementsAre(AllOf(HasSubstr("answers-two"), HasSubstr("passes Paper.Euler"))));
  std::filesystem::remove(assignment_.folder / "answer_key.json");
  EXPECT_THAT(run().problems, ElementsAre(HasSubstr("answer_key.json: no such file")));
}

TEST_F(ValidateTest, AFilterLeavesOutTheMutantsItCannotJudge) {
  options_.run.filter = "Sum.*";
  const auto validation = run();
  EXPECT_THAT(validation.problems, IsEmpty());
  ASSERT_EQ(validation.mutants.size(), 1);
  EXPECT_EQ(validation.mutants[0].name, "starts-at-one");
}

TEST_F(ValidateTest, OfDrawnMutantsANoteSaysHowMany) {
  options_.mutants = 1;
  const auto validation = run();
  EXPECT_THAT(validation.problems, IsEmpty());
  EXPECT_EQ(validation.mutants.size(), 1);
  EXPECT_THAT(validation.notes, ElementsAre("of 2 mutants 1 were tried"));
  options_.mutants = 2;
  EXPECT_EQ(run().mutants.size(), 2);
  EXPECT_THAT(run().notes, IsEmpty());
}

}  // namespace
}  // namespace spinlab::authoring
