#include "src/grading/report/junit.h"

#include <cstdio>

#include "src/grading/report/check_view.h"
#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

enum class Kind { kPassed, kFailure, kError, kSkipped };

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double seconds = 0;
};

Kind kind(const CheckView& view, const Grade& grade) {
  if (!view.counts || grade.report.verdict == judging::Verdict::kInfrastructureFailure) return Kind::kSkipped;
  if (view.outcome == judging::Outcome::kPassed) return Kind::kPassed;
  return view.outcome == judging::Outcome::kFailed ? Kind::kFailure : Kind::kError;
}

void count(Kind kind, double seconds, Counts& counts) {
  ++counts.tests;
  counts.failures += kind == Kind::kFailure;
  counts.errors += kind == Kind::kError;
  counts.skipped += kind == Kind::kSkipped;
  counts.seconds += seconds;
}

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + xml_escaped(value) + "\"";
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

std::string attributes(const Counts& counts) {
  return attribute("tests", std::to_string(counts.tests)) +
         attribute("failures", std::to_string(counts.failures)) +
         attribute("errors", std::to_string(counts.errors)) + attribute("time", seconds_text(counts.seconds));
}

std::string body(Kind kind, const CheckView& view) {
  const auto message = attribute("message", one_line(view.message));
  if (kind == Kind::kPassed) return "/>\n";
  if (kind == Kind::kSkipped) return "><skipped" + message + "/></testcase>\n";
  const std::string tag = kind == Kind::kFailure ? "failure" : "error";
  return "><" + tag + message + attribute("type", to_string(view.outcome)) + ">" + xml_escaped(view.message) +
         "</" + tag + "></testcase>\n";
}

std::string suite(const Grading& grading, const Grade& grade, Counts& all) {
  Counts counts;
  std::string cases;
  for (const auto& view : check_views(grading, grade)) {
    const auto how = kind(view, grade);
    count(how, view.seconds, counts);
    count(how, view.seconds, all);
    cases += "    <testcase" + attribute("classname", grade.key.student) +
             attribute("name", view.check.name) + attribute("time", seconds_text(view.seconds)) +
             body(how, view);
  }
  return "  <testsuite" + attribute("name", grade.key.student) + attributes(counts) +
         attribute("skipped", std::to_string(counts.skipped)) + attribute("timestamp", grade.graded_at) +
         ">\n" + cases + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const Grading& grading) {
  Counts all;
  std::string suites;
  for (const auto& grade : grading.grades) suites += suite(grading, grade, all);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
         attribute("name", grading.assignment.name) + attributes(all) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace spinlab::grading
