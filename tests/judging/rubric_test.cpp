#include "src/judging/rubric.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

#include <set>

#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;

bool all_data(const std::string&) { return true; }
bool no_data(const std::string&) { return false; }

class RubricTest : public SpinlabTest {
 protected:
  Assignment assignment_ = write_sample_assignment(folder());
};

TEST_F(RubricTest, AllChecksCountWhereAllDataAreThere) {
  const auto rubric = make_rubric(assignment_, "*", all_data, false);
  EXPECT_EQ(rubric.counted.size(), 3);
  EXPECT_TRUE(rubric.left_out.empty());
}

TEST_F(RubricTest, MissingDataAreRefusedWithTheRemedyOrLeftOut) {
  try {
    make_rubric(assignment_, "*", no_data, false);
    FAIL() << "a missing data set was accepted";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), HasSubstr("./spinlab data fetch iris"));
  }
  const auto rubric = make_rubric(assignment_, "*", no_data, true);
  EXPECT_EQ(rubric.counted.size(), 2);
  ASSERT_EQ(rubric.left_out.size(), 1);
  EXPECT_EQ(rubric.left_out[0].check.name, "Mean.OfOnes");
  EXPECT_THAT(rubric.left_out[0].reason, HasSubstr("iris"));
}

TEST_F(RubricTest, AFilterThatLeavesNothingIsRefused) {
  EXPECT_EQ(make_rubric(assignment_, "Sum.*", no_data, true).counted.size(), 1);
  EXPECT_THROW(make_rubric(assignment_, "Nothing.*", all_data, false), c10::ValueError);
}

/// A project with a shared generator, which the checks reach through their own header.
class RubricHashTest : public RubricTest {
 protected:
  RubricHashTest() {
    ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
    put("assignments/00-sums/problems.h", "#include \"assignments/shared/draws.h\"\n");
    put("assignments/00-sums/experiment.cpp", "#include \"src/plot.h\"\n");
    for (const auto* name : {"assignments/shared/draws.h", "assignments/shared/draws.cpp", "src/plot.h"})
      put(name, "first\n");
  }
  ~RubricHashTest() override { ::unsetenv("SPINLAB_ROOT"); }
  void put(const std::string& name, const std::string& text) const { write_file(folder() / name, text); }
  std::string hash() const {
    return rubric_sha256(assignment_, make_rubric(assignment_, "*", all_data, false));
  }
};

TEST_F(RubricHashTest, WhatNoCheckDependsOnKeepsGrades) {
  const auto before = hash();
  for (const auto* name :
       {"README.md", "solution.cpp", "mutants.json", "experiment.cpp", "figure.py", "new.h"})
    put(std::string("assignments/00-sums/") + name, "another text\n");
  put("src/plot.h", "second\n");
  put("assignments/shared/unused.h", "first\n");
  EXPECT_EQ(hash(), before);
}

TEST_F(RubricHashTest, WhatChecksDependOnInvalidatesGrades) {
  // The header that reaches assignments/shared is changed last.
  std::filesystem::create_directory(folder() / "assignments/00-sums/hidden_checks");
  const auto names = {"assignments/00-sums/hidden_checks.cpp",
                      "assignments/00-sums/hidden_checks/mean.cpp",
                      "assignments/00-sums/sums.h",
                      "assignments/00-sums/answer_key.json",
                      "assignments/shared/draws.cpp",
                      "assignments/shared/draws.h",
                      "assignments/00-sums/problems.h"};
  std::set<std::string> hashes{hash()};
  for (const auto* name : names) {
    put(name, "another text\n");
    hashes.insert(hash());
  }
  EXPECT_EQ(hashes.size(), names.size() + 1);
}

TEST_F(RubricHashTest, WhichChecksCountMatters) {
  EXPECT_NE(rubric_sha256(assignment_, make_rubric(assignment_, "Sum.*", all_data, false)), hash());
}

TEST_F(RubricHashTest, WhereTheProjectLiesDoesNot) {
  const auto before = hash();
  std::filesystem::create_directory(folder() / "copy");
  std::filesystem::copy(folder() / "assignments", folder() / "copy/assignments",
                        std::filesystem::copy_options::recursive);
  ::setenv("SPINLAB_ROOT", (folder() / "copy").c_str(), 1);
  assignment_ = read_assignment(folder() / "copy/assignments/00-sums");
  EXPECT_EQ(hash(), before);
}

}  // namespace
}  // namespace spinlab::judging
