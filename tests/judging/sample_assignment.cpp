#include "tests/judging/sample_assignment.h"

#include "src/core/files.h"

namespace spinlab::judging {
namespace {

constexpr auto kAssignment = R"({
  "title": "Sums", "file": "sums.cpp", "header": "sums.h", "prelude": "tensor", "handout": ["experiment.py"],
  "tasks": [
    {"number": 1, "title": "Sums", "functions": ["sum"], "checks": [
      {"name": "Sum.OfOnes", "title": "Ones", "hint": "Start at zero", "points": 2}]},
    {"number": 2, "title": "Means", "functions": ["mean"], "needs": [1], "checks": [
      {"name": "Mean.OfOnes", "title": "Mean", "hint": "Divide by n", "points": 1.5, "data_sets": ["iris"]},
      {"name": "Mean.SecretlyNegative", "title": "Signs", "hint": "Keep the sign", "points": 3, "hidden": true}]}]})";

constexpr auto kReadme = "# Sums\n\n<!-- table of tasks -->\n\n## 1. Sums\n\n## 2. Means\n";

constexpr auto kCalls = "#include \"sums.h\"\n\nSPINLAB_CALL(sums, sum, \"_, _ -> _\")\nSPINLAB_CALL(sums, mean, \"_, _ -> _\")\n";

constexpr auto kChecks =
    "#include \"problems.h\"\n#include \"sums.h\"\n\nTEST(Sum, OfOnes) {}\nTEST(Mean, OfOnes) {}\n";

constexpr auto kSolution = R"(#include "sums.h"

// BEGIN SOLUTION
double helper_of_the_master(double x) { return x; }
// END SOLUTION

double sum(const double* x, int n) {
  // BEGIN SOLUTION sum: start at zero
  double total_of_the_master = 0;
  for (int i = 0; i < n; ++i) total_of_the_master += x[i];
  return helper_of_the_master(total_of_the_master);
  // END SOLUTION
}

double mean(const double* x, int n) {
  // BEGIN SOLUTION
  // STUB (void)x;
  // STUB return -1.0 / n;
  return sum(x, n) / n;
  // END SOLUTION
}
)";

constexpr auto kMutants = R"json([
  {"name": "starts-at-one", "mistake": "Takes 1 as the empty sum", "replace": "total_of_the_master = 0",
   "with": "total_of_the_master = 1", "caught_by": ["Sum.OfOnes"]},
  {"name": "no-division", "mistake": "Forgets the n of the mean", "replace": "sum(x, n) / n", "with": "sum(x, n)",
               "caught_by" : [ "Mean.OfOnes", "Mean.SecretlyNegative" ]
}])json";

constexpr auto kQuestions = R"json({"number": 3, "title": "Questions", "checks": [
  {"name": "Paper.Euler", "title": "e", "hint": "A series", "points": 4, "answer": true},
  {"name": "Paper.Roots", "title": "Roots", "hint": "There are two", "points": 1, "answer": true}]})json";

constexpr auto kAnswerKey = R"json([
  {"name": "Paper.Euler", "question": "e - 2?", "expected": 0.7182818284, "relative": 1e-3},
  {"name": "Paper.Roots", "question": "Where is x² = 1?", "expected": [1, -1], "absolute": 1e-9}])json";

constexpr auto kWrongAnswer = R"json({"name": "answers-two", "mistake": "Forgets to take two away",
  "answers": {"Euler": 2.7182818284}, "caught_by": ["Paper.Euler"]})json";

}  // namespace

Assignment write_sample_assignment(const std::filesystem::path& parent) {
  const auto folder = parent / "assignments/00-sums";
  write_file(folder / "assignment.json", kAssignment);
  write_file(folder / "solution.cpp", kSolution);
  write_file(folder / "mutants.json", kMutants);
  write_file(folder / "README.md", kReadme);
  write_file(folder / "sums.h",
             "#pragma once\ndouble sum(const double* x, int n);\ndouble mean(const double* x, int n);\n");
  write_file(folder / "calls.h", kCalls);
  write_file(folder / "checks.cpp", kChecks);
  write_file(folder / "problems.h", "#pragma once\n");
  write_file(folder / "hidden_checks.cpp", "TEST(Mean, SecretlyNegative) {}\n");
  write_file(folder / "variants/plain.cpp", "double sum_of_a_variant() { return 0; }\n");
  write_file(folder / "experiment.py", "print(1)\n");
  return read_assignment(folder);
}

Assignment write_sample_with_answers(const std::filesystem::path& parent) {
  const auto folder = write_sample_assignment(parent).folder;
  auto assignment = Json::parse(kAssignment), mutants = Json::parse(kMutants);
  assignment["tasks"].push_back(Json::parse(kQuestions));
  mutants.push_back(Json::parse(kWrongAnswer));
  write_file(folder / "assignment.json", assignment.dump());
  write_file(folder / "mutants.json", mutants.dump());
  write_file(folder / "answer_key.json", kAnswerKey);
  write_file(folder / "README.md", std::string(kReadme) + "\n## 3. Questions\n");
  return read_assignment(folder);
}

}  // namespace spinlab::judging
