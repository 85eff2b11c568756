#include "src/judging/runner/assignment_programs.h"

#include "tests/judging/sample_assignment.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

class AssignmentProgramsTest : public SpinlabTest {};

// A checker that was built before may lie there still.
TEST_F(AssignmentProgramsTest, AFileThatACheckerIsMadeFromMayNotBeMissing) {
  const auto assignment = write_sample_assignment(folder());
  for (const auto* name : {"checks.cpp", "hidden_checks.cpp", "calls.h"}) {
    const auto file = assignment.folder / name;
    std::filesystem::rename(file, folder() / "kept");
    EXPECT_THAT(mistake([&] { require_program(assignment, checker_of(assignment)); }),
                testing::HasSubstr(file.string() + " is missing, and the checker is made from it"));
    std::filesystem::rename(folder() / "kept", file);
  }
}

}  // namespace
}  // namespace spinlab::judging
