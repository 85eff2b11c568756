#include "src/judging/assignment.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Json valid() {
  return Json::parse(R"({
    "title": "Regression", "file": "regression.cpp", "header": "regression.h", "prelude": "tensor",
    "forbidden": ["linalg_lstsq"], "handout": ["experiment.py"], "limits": {"check_seconds": 5, "memory_mib": 512},
    "tasks": [{"number": 3, "title": "Ridge regression", "functions": ["fit_ridge"], "checks": [
      {"name": "FitRidge.Norris", "title": "Norris", "hint": "QR", "points": 2.5, "data_sets": ["nist"]},
      {"name": "FitRidge.Filip", "title": "Filip", "hint": "QR", "points": 0, "hidden": true}]}]})");
}

class AssignmentTest : public SpinlabTest {
 protected:
  Assignment read(const Json& json) {
    write_file(folder() / "01-regression/assignment.json", json.dump());
    return read_assignment(folder() / "01-regression");
  }
  std::string error(const Json& json) {
    try {
      read(json);
    } catch (const c10::ValueError& error) {
      return error.what_without_backtrace();
    }
    return "";
  }
};

TEST_F(AssignmentTest, EveryKeyIsRead) {
  const auto assignment = read(valid());
  EXPECT_EQ(assignment.name, "01-regression");
  EXPECT_EQ(assignment.title, "Regression");
  EXPECT_EQ(assignment.file, "regression.cpp");
  EXPECT_EQ(assignment.header, "regression.h");
  EXPECT_EQ(assignment.prelude, "tensor");
  EXPECT_THAT(assignment.forbidden, ElementsAre("linalg_lstsq"));
  EXPECT_THAT(assignment.handout, ElementsAre("experiment.py"));
  EXPECT_EQ(assignment.limits.check_seconds, 5);
  EXPECT_EQ(assignment.limits.memory_bytes, int64_t{512} << 20);
  EXPECT_EQ(assignment.limits.compile_seconds, Limits{}.compile_seconds);
  ASSERT_EQ(assignment.checks.size(), 2);
  EXPECT_EQ(assignment.checks[0].points, 2.5);
  EXPECT_THAT(assignment.checks[0].data_sets, ElementsAre("nist"));
  EXPECT_FALSE(assignment.checks[0].hidden);
  EXPECT_TRUE(assignment.checks[1].hidden);
}

TEST_F(AssignmentTest, TasksNumberTheirChecksAndSayWhatTheyNeed) {
  auto json = valid();
  const auto check = [](const char* name) {
    return Json{{"name", name}, {"title", "T"}, {"hint", "H"}, {"points", 1}};
  };
  auto answer = check("Answers.B");
  answer["answer"] = true;
  json["tasks"].push_back(
      {{"number", 8}, {"title", "Lasso"}, {"needs", {3}}, {"checks", {check("Lasso.A"), answer}}});
  json["tasks"].push_back({{"number", {3, 8}}, {"title", "Both"}, {"checks", {check("Both.C")}}});
  const auto assignment = read(json);
  std::vector<std::string> names, titles, needs;
  for (const auto& each : assignment.checks) {
    names.push_back(each.name);
    titles.push_back(each.title);
    needs.push_back(each.needs);
  }
  EXPECT_THAT(names, ElementsAre("FitRidge.Norris", "Lasso.A", "Both.C", "FitRidge.Filip", "Answers.B"));
  EXPECT_THAT(titles, ElementsAre("3. Norris", "8. T", "3, 8. T", "3. Filip", "8.1 T"));
  EXPECT_THAT(needs, ElementsAre("", "FitRidge.Norris:FitRidge.Filip", "", "", ""));
  ASSERT_EQ(assignment.tasks.size(), 3);
  EXPECT_EQ(assignment.tasks[2].number, "3, 8");
  EXPECT_THAT(assignment.tasks[0].functions, ElementsAre("fit_ridge"));
  EXPECT_EQ(assignment.checks[2].task, "3, 8");
}

TEST_F(AssignmentTest, AGroupOfForbiddenOperatorsStandsForItsMembers) {
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  write_file(folder() / "assignments/shared/forbidden.json", R"({"solvers": ["inverse", "lu_solve"]})");
  auto json = valid();
  json["forbidden"] = {"@solvers", "softshrink"};
  EXPECT_THAT(read(json).forbidden, ElementsAre("inverse", "lu_solve", "softshrink"));
  json["forbidden"] = {"@solver"};
  EXPECT_THAT(error(json), AllOf(HasSubstr("has no group"), HasSubstr("did you mean \"solvers\"")));
  ::unsetenv("SPINLAB_ROOT");
}

TEST_F(AssignmentTest, AnUnknownKeyNamesTheNearest) {
  auto json = valid();
  json["preludes"] = "nn";
  EXPECT_THAT(error(json), HasSubstr("did you mean \"prelude\""));
  json = valid();
  json["limits"]["memory"] = 4;
  EXPECT_THAT(error(json), HasSubstr("unknown key \"memory\""));
  json = valid();
  json["tasks"][0]["checks"][1]["point"] = 4;
  EXPECT_THAT(error(json), AllOf(HasSubstr("tasks[0]: checks[1]"), HasSubstr("did you mean \"points\"")));
  json = valid();
  json["tasks"][0]["function"] = "fit_ridge";
  EXPECT_THAT(error(json), AllOf(HasSubstr("tasks[0]"), HasSubstr("did you mean \"functions\"")));
}

TEST_F(AssignmentTest, ImpossibleValuesAreRefused) {
  const std::vector<std::pair<Json::json_pointer, Json>> bad = {
      {"/title"_json_pointer, ""},
      {"/file"_json_pointer, "../regression.cpp"},
      {"/file"_json_pointer, "regression.txt"},
      {"/file"_json_pointer, "solution.cpp"},
      {"/header"_json_pointer, "/etc/regression.h"},
      {"/prelude"_json_pointer, "tensors"},
      {"/forbidden"_json_pointer, Json::array({1})},
      {"/handout"_json_pointer, Json::array({"../secret"})},
      {"/handout"_json_pointer, Json::array({".."})},
      {"/limits/check_seconds"_json_pointer, 0},
      {"/limits/memory_mib"_json_pointer, 1 << 30},
      {"/tasks"_json_pointer, Json::array()},
      {"/tasks/0/checks"_json_pointer, Json::array()},
      {"/tasks/0/number"_json_pointer, 0},
      {"/tasks/0/number"_json_pointer, "3"},
      {"/tasks/0/number"_json_pointer, Json::array()},
      {"/tasks/0/title"_json_pointer, ""},
      {"/tasks/0/needs"_json_pointer, 2},
      {"/tasks/1"_json_pointer, valid()["tasks"][0]},
      {"/tasks/0/checks/0/points"_json_pointer, -1},
      {"/tasks/0/checks/0/name"_json_pointer, "Norris"},
      {"/tasks/0/checks/0/name"_json_pointer, "FitRidge.Norris/0"},
      {"/tasks/0/checks/0/name"_json_pointer, "FitRidge.Filip"},
      {"/tasks/0/checks/0/hidden"_json_pointer, "yes"},
      {"/tasks/0/checks/0/hint"_json_pointer, ""}};
  for (const auto& [pointer, value] : bad) {
    auto json = valid();
    json[pointer] = value;
    EXPECT_NE(error(json), "") << pointer.to_string() << " = " << value;
  }
}

TEST_F(AssignmentTest, AStochasticCheckPassesByAMajorityAndSeldomWrongsAnybody) {
  auto json = valid();
  auto& stochastic = json["tasks"][0]["checks"][0]["stochastic"];
  stochastic = {{"runs", 5}, {"majority", 3}, {"false_failures", 1e-4}};
  EXPECT_EQ(read(json).checks[0].stochastic.runs, 5);
  EXPECT_EQ(read(json).checks[0].stochastic.majority, 3);
  EXPECT_EQ(read(json).checks[0].stochastic.false_failures, 1e-4);
  EXPECT_EQ(read(json).checks[1].stochastic.runs, 1);
  for (const auto& wrong : {Json{{"majority", 2}}, Json{{"majority", 6}}, Json{{"runs", 0}},
                            Json{{"runs", 101}}, Json{{"false_failures", 0.01}}, Json{{"seeds", 3}}}) {
    auto other = json;
    other["tasks"][0]["checks"][0]["stochastic"].update(wrong);
    EXPECT_THAT(error(other), HasSubstr("stochastic")) << wrong;
  }
}

TEST_F(AssignmentTest, AnAnswerIsNoOtherKindOfCheck) {
  auto json = valid();
  auto& check = json["tasks"][0]["checks"][1];
  check.erase("hidden");
  check["answer"] = true;
  EXPECT_EQ(error(json), "");
  const Json stochastic{{"runs", 3}, {"majority", 2}, {"false_failures", 1e-6}};
  for (const auto& other :
       {Json{{"hidden", true}}, Json{{"data_sets", {"iris"}}}, Json{{"stochastic", stochastic}}}) {
    auto both = json;
    both["tasks"][0]["checks"][1].update(other);
    EXPECT_THAT(error(both), HasSubstr("checks[1]: an answer is neither")) << other;
  }
}

TEST_F(AssignmentTest, EveryRequiredKeyIsMissed) {
  for (const auto* key : {"title", "file", "header", "prelude", "tasks"}) {
    auto json = valid();
    json.erase(key);
    EXPECT_THAT(error(json), HasSubstr(std::string("\"") + key + "\" is missing")) << key;
  }
}

class NamedAssignmentTest : public AssignmentTest {
 protected:
  NamedAssignmentTest() {
    for (const auto* name : {"01-regression", "10-reservoir", "11-rnn"}) {
      write_file(folder() / "assignments" / name / "assignment.json", valid().dump());
    }
    std::filesystem::create_directories(folder() / "assignments/notes");
    ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  }
  ~NamedAssignmentTest() override { ::unsetenv("SPINLAB_ROOT"); }
};

TEST_F(NamedAssignmentTest, FoundByNameOrByAPrefixThatOnlyOneHas) {
  EXPECT_THAT(assignment_names(), ElementsAre("01-regression", "10-reservoir", "11-rnn"));
  EXPECT_EQ(load_assignment("11-rnn").name, "11-rnn");
  EXPECT_EQ(load_assignment("01").name, "01-regression");
  EXPECT_THROW(load_assignment("1"), c10::ValueError);
  EXPECT_THROW(load_assignment(""), c10::ValueError);
  EXPECT_THROW(load_assignment("../assignments/01-regression"), c10::ValueError);
}

TEST_F(NamedAssignmentTest, AMisspeltNameIsCorrected) {
  try {
    load_assignment("01-regresion");
    FAIL() << "a misspelt name was accepted";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), HasSubstr("did you mean \"01-regression\""));
  }
}

}  // namespace
}  // namespace spinlab::judging
