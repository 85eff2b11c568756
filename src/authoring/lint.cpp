#include "src/authoring/lint.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <map>
#include <set>

#include "src/authoring/handout.h"
#include "src/authoring/task_table.h"
#include "src/core/files.h"
#include "src/judging/answers/answers.h"
#include "src/judging/check_files.h"
#include "src/judging/includes.h"
#include "src/judging/listed_calls.h"
#include "src/judging/named_in_code.h"
#include "src/judging/shape_contract.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;

using Names = std::set<std::string>;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\n"), last = text.find_last_not_of(" \t\n");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// The two arguments of each use of a macro: of TEST(Suite, Name), Suite and Name.
std::vector<std::pair<std::string, std::string>> uses_of(const std::string& macro,
                                                         const std::string& source) {
  const auto code = judging::code_alone(source);
  std::vector<std::pair<std::string, std::string>> uses;
  for (auto at = code.find(macro + "("); at != std::string::npos; at = code.find(macro + "(", at + 1)) {
    if (at > 0 && (std::isalnum(static_cast<unsigned char>(code[at - 1])) != 0 || code[at - 1] == '_'))
      continue;
    const auto open = at + macro.size() + 1;
    const auto comma = code.find(',', open), close = code.find(')', open);
    if (close == std::string::npos || comma > close) continue;
    uses.emplace_back(trimmed(code.substr(open, comma - open)),
                      trimmed(code.substr(comma + 1, close - comma - 1)));
  }
  return uses;
}

class Linter {
 public:
  explicit Linter(const judging::Assignment& assignment)
      : assignment_(assignment),
        folder_(assignment.folder),
        for_students_(!has_master(assignment) && fs::exists(folder_ / kStubsFile)) {}

  std::vector<std::string> lines() {
    files();
    if (!lines_.empty()) return std::move(lines_);
    tests();
    calls();
    readme();
    return std::move(lines_);
  }

 private:
  void say(const std::string& file, const std::string& what) {
    lines_.push_back((folder_ / file).string() + ": " + what);
  }

  std::string text_of(const std::string& name) const {
    return fs::exists(folder_ / name) ? read_file(folder_ / name, kMaxBytes) : "";
  }

  void expect(const std::string& name, const std::string& why) {
    if (!fs::exists(folder_ / name)) say(name, "no such file; " + why);
  }

  void files() {
    const auto any = [&](auto is) {
      return std::any_of(assignment_.checks.begin(), assignment_.checks.end(), is);
    };
    expect("README.md", "it is the handout's text");
    expect(assignment_.header, "assignment.json names it as the frozen header");
    expect("calls.h", "it lists the functions that checks may call");
    expect("checks.cpp", "it has the visible checks");
    for (const auto& name : assignment_.handout) expect(name, "assignment.json lists it under \"handout\"");
    if (fs::exists(folder_ / "experiment.cpp")) expect("figure.py", "it draws what experiment.cpp returns");
    if (for_students_) return;
    expect("solution.cpp", "it is the master, from which students' stubs are made");
    expect("mutants.json", "it has the wrong solutions that the checks must catch");
    if (any([](const auto& check) { return check.hidden; }) && judging::hidden_check_files(folder_).empty())
      expect("hidden_checks.cpp", "assignment.json has hidden checks");
    if (any([](const auto& check) { return check.answer; }))
      expect("answer_key.json", "it has the expected answers");
  }

  /// The tests of a file and of what it includes beside itself, each only the first time that it is met.
  Names tests_of(const std::string& name, Names& met) const {
    if (!met.insert(name).second) return {};
    const auto source = text_of(name);
    Names tests;
    for (const auto* macro : {"TEST", "TEST_F"})
      for (const auto& [suite, test] : uses_of(macro, source)) tests.insert(suite + "." + test);
    for (const auto& included : judging::quoted_includes(source))
      if (included.find('/') == std::string::npos) tests.merge(tests_of(included, met));
    return tests;
  }

  void tests() {
    Names met;
    std::map<std::string, std::string> visible, hidden;  // the file of each test
    for (const auto& test : tests_of("checks.cpp", met)) visible.emplace(test, "checks.cpp");
    for (const auto& file : judging::hidden_check_files(folder_)) {
      const auto name = file.lexically_relative(folder_).string();
      for (const auto& test : tests_of(name, met)) hidden.emplace(test, name);
    }
    Names listed;
    for (const auto& check : assignment_.checks) {
      if (check.answer) continue;
      listed.insert(check.name);
      const auto* file = check.hidden ? "hidden_checks.cpp" : "checks.cpp";
      const auto& here = check.hidden ? hidden : visible;
      const auto& there = check.hidden ? visible : hidden;
      if (const auto found = there.find(check.name); found != there.end())
        say(file, "the TEST of " + check.name + " belongs here, but stands in " + found->second +
                      (check.hidden ? ", which students get" : "") + "; move it");
      else if (!here.contains(check.name))
        say(file,
            "there is no TEST for " + check.name + " of assignment.json; write it, or remove the entry");
    }
    for (const auto* tests : {&visible, &hidden})
      for (const auto& [name, file] : *tests)
        if (!listed.contains(name))
          say(file, "the TEST " + name +
                        " has no entry in assignment.json and would never run; add it to its task");
  }

  /// The functions of calls.h; says what is wrong with a contract.
  Names called_functions() {
    Names called;
    try {
      for (const auto& [function, contract] : judging::contracts_in(text_of("calls.h"))) {
        called.insert(function);
        judging::ShapeContract{contract};
      }
    } catch (const c10::ValueError& error) {
      say("calls.h", error.what_without_backtrace());
    }
    return called;
  }

  void calls() {
    const auto before = lines_.size();
    const auto called = called_functions();
    if (lines_.size() > before) return;  // what it lists is not known
    Names asked;
    for (const auto& task : assignment_.tasks) {
      for (const auto& name : task.functions) {
        asked.insert(name);
        if (!called.contains(name))
          say("calls.h", "task " + task.number + " asks for " + name + ", which is not listed; add a line");
      }
    }
    for (const auto& name : called)
      if (!asked.contains(name))
        say("calls.h", name + " belongs to no task; add it to the \"functions\" of one in assignment.json");
  }

  void readme() {
    const auto text = "\n" + text_of("README.md") + "\n";
    const auto has_line = [&](const std::string& line) {
      return text.find("\n" + line + "\n") != std::string::npos;
    };
    for (const auto& task : assignment_.tasks) {
      const auto heading = "## " + task.number + ". " + task.title;
      if (task.number.find(',') == std::string::npos && !has_line(heading))
        say("README.md", "no heading \"" + heading + "\", as assignment.json has task " + task.number);
    }
    if (!for_students_ && !has_line(kTaskTableMark))
      say("README.md",
          std::string("no line ") + kTaskTableMark + ", in whose place students get the table of points");
  }

  const judging::Assignment& assignment_;
  const fs::path folder_;
  const bool for_students_;
  std::vector<std::string> lines_;
};

Names names_of(const judging::Assignment& assignment, bool hidden) {
  Names names;
  for (const auto& check : assignment.checks)
    if (check.hidden == hidden) names.insert(check.name);
  return names;
}

}  // namespace

std::vector<std::string> lint(const judging::Assignment& assignment) { return Linter(assignment).lines(); }

std::vector<std::string> lint_names(const judging::Assignment& assignment,
                                    const std::vector<judging::Assignment>& course) {
  std::vector<std::string> lines;
  for (const auto& other : course) {
    if (other.name == assignment.name) continue;
    for (const bool hidden : {false, true})
      for (const auto& name : names_of(assignment, hidden))
        if (names_of(other, !hidden).contains(name))
          lines.push_back(name + " is " + (hidden ? "hidden" : "visible") + " in " + assignment.name +
                          " and " + (hidden ? "visible" : "hidden") + " in " + other.name + "; rename one");
  }
  return lines;
}

}  // namespace spinlab::authoring
