#include "src/authoring/new_assignment.h"

#include <stdlib.h>

#include "src/authoring/handout.h"
#include "src/authoring/lint.h"
#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A project with the course's template and nothing else.
class NewAssignmentTest : public SpinlabTest {
 protected:
  NewAssignmentTest() {
    fs::create_directories(folder() / "assignments");
    fs::copy(root() / "assignments/shared", folder() / "assignments/shared", fs::copy_options::recursive);
    ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  }
  ~NewAssignmentTest() override { ::unsetenv("SPINLAB_ROOT"); }
  std::string refusal(const std::string& name) const {
    return mistake([&] { make_new_assignment(name); });
  }
};

TEST_F(NewAssignmentTest, IsAnAssignmentInOrderThatCanBeHandedOut) {
  make_new_assignment("18-mean-field");
  EXPECT_THAT(judging::assignment_names(), ElementsAre("18-mean-field"));
  const auto assignment = judging::load_assignment("18");
  EXPECT_EQ(assignment.title, "Mean field");
  EXPECT_EQ(assignment.header, "mean_field.h");
  EXPECT_THAT(lint(assignment), IsEmpty());
  const auto files = handout_files(assignment);
  EXPECT_THAT(files.at("mean_field.cpp"), HasSubstr("throw spinlab::NotImplemented(\"mean_square\")"));
  EXPECT_TRUE(files.contains("assignments/shared/figure.py"));
  for (const auto& [name, text] : new_assignment_files("18-mean-field"))
    EXPECT_EQ(text.find('@'), std::string::npos) << name;
}

TEST_F(NewAssignmentTest, BadNamesAreRefused) {
  for (const auto* name : {"", "18", "18-", "1-field", "118-field", "18-Field", "18-mean field", "18-../x",
                           "18-2d", "18-a--b", "18-field-", "ab-field", "../18-field"})
    EXPECT_THAT(refusal(name), HasSubstr("is no name of an assignment")) << name;
  EXPECT_THAT(refusal("18-class"), HasSubstr("18-class-basics"));
  EXPECT_THAT(refusal("18-torch"), HasSubstr("cannot be the topic"));
  EXPECT_THAT(judging::assignment_names(), IsEmpty());
}

TEST_F(NewAssignmentTest, NothingIsOverwrittenAndNoNumberUsedTwice) {
  make_new_assignment("18-mean-field");
  EXPECT_THAT(refusal("18-percolation"), HasSubstr("the number 18 is taken by 18-mean-field"));
  fs::create_directories(folder() / "assignments/19-percolation");
  EXPECT_THAT(refusal("19-percolation"), HasSubstr("is there already"));
}

TEST_F(NewAssignmentTest, WhatAnInterruptedCallLeftIsNoAssignmentAndGoes) {
  write_file(folder() / "assignments/.new/17-half/assignment.json", "{");
  EXPECT_THAT(judging::assignment_names(), IsEmpty());
  make_new_assignment("18-mean-field");
  EXPECT_FALSE(fs::exists(folder() / "assignments/.new"));
  EXPECT_THAT(judging::assignment_names(), ElementsAre("18-mean-field"));
}

TEST_F(NewAssignmentTest, AStudentEditionHasNoTemplate) {
  fs::remove_all(folder() / "assignments/shared/template");
  EXPECT_THAT(refusal("18-mean-field"), HasSubstr("not in a student edition"));
}

/// tests/authoring/CMakeLists.txt builds this one's programs, for the test that runs them.
TEST(BuiltAssignment, IsWhatTheCommandMakes) {
  const fs::path folder = SPINLAB_NEW_ASSIGNMENT;
  const auto files = new_assignment_files(folder.filename());
  EXPECT_EQ(files.size(), 13);
  for (const auto& [name, text] : files) EXPECT_EQ(read_file(folder / name, 1 << 20), text) << name;
}

}  // namespace
}  // namespace spinlab::authoring
