#include "src/authoring/leaks.h"

#include "src/core/files.h"
#include "src/authoring/handout.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LeaksTest : public SpinlabTest {
 protected:
  LeaksTest() {
    write_file(assignment_.folder / "hidden_checks.cpp",
               "#include \"sums.h\"\n\nTEST(Mean, SecretlyNegative) {\n"
               "  const double all_of_them_negative[] = {-1, -2};\n"
               "  EXPECT_LT(mean(all_of_them_negative, 2), 0);\n}\n");
    write_file(folder() / "models/sum_of_squares.cpp",
               "// BEGIN SOLUTION\ndouble square_of_the_zoo(double x) { return x * x; }\n// END SOLUTION\n");
    write_file(folder() / "tests/sum_of_squares_test.cpp",
               "const double three_squared = square(3);\nEXPECT_EQ(three_squared, 3 * 3);\n");
    assignment_.withheld = {"models/sum_of_squares.cpp", "tests/sum_of_squares_test.cpp"};
  }
  /// What is found in a file of that content.
  std::string found_in(const std::string& content, const std::string& name = "src/any.cpp") const {
    const auto leaks = find_leaks({{name, content}}, assignment_, folder());
    return leaks.empty() ? "" : leaks.front().file + ": " + leaks.front().what;
  }
  judging::Assignment assignment_ = judging::write_sample_with_answers(folder());
};

TEST_F(LeaksTest, AHandoutHoldsNone) {
  EXPECT_THAT(find_leaks(handout_files(assignment_), assignment_, folder()), IsEmpty());
}

TEST_F(LeaksTest, LinesOfASolutionAreFoundHoweverTheyAreBroken) {
  const auto where = "src/any.cpp: a solution of 00-sums";
  EXPECT_THAT(found_in("x\n  for (int i = 0; i < n; ++i)\n    total_of_the_master+=x[i];\n"
                       "  return helper_of_the_master(\n      total_of_the_master);\n"),
              HasSubstr(where));
  EXPECT_THAT(found_in("double helper_of_the_master(double x) { return x; }"), HasSubstr(where));
  EXPECT_EQ(found_in("for (int i = 0; i < n; ++i) total_of_the_master += x[i];"), "");
}

TEST_F(LeaksTest, HiddenChecksAreFoundByNameAndBody) {
  EXPECT_THAT(found_in("TEST(Mean, SecretlyNegative) {"), HasSubstr("a hidden check of 00-sums"));
  EXPECT_THAT(found_in("see Mean.SecretlyNegative"), HasSubstr("a hidden check"));
  EXPECT_THAT(found_in("  const double all_of_them_negative[] = {-1, -2};\n"
                       "  EXPECT_LT(mean(all_of_them_negative, 2), 0);\n"),
              HasSubstr("a hidden check"));
}

TEST_F(LeaksTest, MutantsWithheldFilesAndAnswersAreFound) {
  write_file(assignment_.folder / "mutants.json",
             R"([{"name": "n", "mistake": "Takes one for the sum of no numbers at all",
                  "replace": "total_of_the_master = 0", "with": "x", "caught_by": ["Sum.OfOnes"]}])");
  EXPECT_THAT(found_in("(Takes one for the sum of no\n numbers at all)"), HasSubstr("a mutant's mistake"));
  EXPECT_THAT(found_in("double square_of_the_zoo(double x) { return x * x; }"), HasSubstr("a solution"));
  EXPECT_THAT(found_in("const double three_squared = square(3); EXPECT_EQ(three_squared, 3 * 3);"),
              HasSubstr("a withheld file of 00-sums"));
  EXPECT_THAT(found_in("It is 0.71828183.", "docs/student.md"),
              HasSubstr("the answer Paper.Euler"));
  EXPECT_EQ(found_in("0.71828182", "src/physics/numbers.cpp"), "");
}

TEST_F(LeaksTest, FilesOfTheInstructorsAndMarkersAreFoundAnywhere) {
  EXPECT_THAT(found_in("x", "models/answer_key.json"), HasSubstr("stays with the instructor"));
  EXPECT_THAT(found_in("  // BEGIN SOLUTION x\n"), HasSubstr("marker"));
  EXPECT_EQ(found_in("```\n// BEGIN SOLUTION x\n```\n", "docs/authoring.md"), "");
}

}  // namespace
}  // namespace spinlab::authoring
