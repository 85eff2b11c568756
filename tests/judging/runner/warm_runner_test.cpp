#include "src/judging/runner/warm_runner.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/judging/fixture_submission.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

struct ProcessEntry {
  pid_t pid = 0, parent = 0;
  char state = 0;
  std::string command;
};

std::vector<ProcessEntry> processes() {
  std::vector<ProcessEntry> all;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream line(entry.path() / "cmdline"), status(entry.path() / "stat");
    std::string command, text;
    std::getline(line, command);
    std::getline(status, text);
    const auto behind_name = text.rfind(')');
    if (behind_name == text.npos || text.size() < behind_name + 5) continue;  // it has just ended
    all.push_back({std::stoi(name), static_cast<pid_t>(std::stol("0" + text.substr(behind_name + 4))),
                   text[behind_name + 2], command});
  }
  return all;
}

/// Children of this process whose command line holds `what`.
std::vector<pid_t> children_named(const std::string& what) {
  std::vector<pid_t> found;
  for (const auto& process : processes())
    if (process.parent == ::getpid() && process.command.find(what) != std::string::npos) found.push_back(process.pid);
  return found;
}

/// With their children's children.
std::set<pid_t> families(const std::vector<pid_t>& heads) {
  std::set<pid_t> all(heads.begin(), heads.end());
  for (std::size_t before = 0; before != all.size();) {
    before = all.size();
    for (const auto& process : processes())
      if (all.contains(process.parent)) all.insert(process.pid);
  }
  return all;
}

bool any_runs(const std::set<pid_t>& pids) {
  return std::ranges::any_of(processes(), [&](const auto& process) {
    return pids.contains(process.pid) && process.state != 'Z';
  });
}

class WarmRunnerTest : public FixtureTest {
 protected:
  Report judge(const std::string& text) {
    const auto file = folder() / "submission.cpp";
    write_file(file, text);
    return runner_(assignment_, file, options_);
  }
  void kill_all(const std::string& what) {
    const auto found = children_named(what);
    ASSERT_FALSE(found.empty()) << what;
    const auto all = families(found);
    for (const auto pid : found) ::kill(pid, SIGKILL);
    while (any_runs(all)) std::this_thread::sleep_for(std::chrono::milliseconds(5));  // under load it takes a while
  }
  void expect_all_passed(const Report& report) {
    EXPECT_EQ(report.verdict, Verdict::kGraded) << report.detail;
    EXPECT_EQ(report.checks.size(), 6u);
    for (const auto& check : report.checks)
      EXPECT_EQ(check.outcome, Outcome::kPassed) << check.name << ": " << check.message;
  }
  Assignment assignment_ = read_assignment(SPINLAB_FIXTURE);
  RunOptions options_;
  WarmRunner runner_;
};

TEST_F(WarmRunnerTest, OneSubmissionAfterTheOtherByTheSameTemplates) {
  expect_all_passed(judge(solution()));
  const auto templates = children_named("fixture-checker");
  EXPECT_EQ(judge(with_twice("return x + 2;")).checks.at(0).outcome, Outcome::kFailed);
  EXPECT_EQ(judge(with_twice("return y;")).verdict, Verdict::kCompileError);
  EXPECT_EQ(judge(with_twice("std::abort();")).checks.at(0).outcome, Outcome::kCrashed);
  expect_all_passed(judge(solution()));
  EXPECT_EQ(children_named("fixture-checker"), templates);
}

/// What a submission leaves in its own memory, or in files where it may write, is gone before the next.
TEST_F(WarmRunnerTest, NothingCrossesFromOneToTheNext) {
  const std::string remembers =
      "static at::Tensor first = x.clone(); if (!first.equal(x)) return x; "  // each check calls with its own
      "const char* mark = std::getenv(\"MARK\"); if (mark != nullptr && mark != std::to_string(::getpid())) return x; "
      "::setenv(\"MARK\", std::to_string(::getpid()).c_str(), 1); at::manual_seed(1); return x * 2;";
  for (int i = 0; i < 3; ++i) {
    const auto report = judge("#include <unistd.h>\n#include <cstdlib>\n#include <string>\n" + with_twice(remembers));
    EXPECT_EQ(report.checks.at(1).outcome, Outcome::kPassed) << report.checks.at(1).message;
  }
  expect_all_passed(judge(solution()));
}

TEST_F(WarmRunnerTest, TheObjectOfTheOneBeforeIsNotTaken) {
  expect_all_passed(judge(solution()));
  expect_all_passed(judge(solution() + "// another\n"));
  const auto report = judge(with_twice("return x * 3;"));
  EXPECT_EQ(report.checks.at(0).outcome, Outcome::kFailed);
}

/// Answers of a template that nobody reads, and descriptors that are kept, would end the one and be missed by the other
/// some time: the kernel lets a sandboxed process have 64 and 256 of them on their way.
TEST_F(WarmRunnerTest, AClassLeavesNothingBehind) {
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto forbidden = with_twice("return x * 2 + 0 * std::get<0>(at::sort(x)).sum();");
  judge(forbidden);
  judge(forbidden);
  const auto before = descriptors();
  const auto compilers = children_named("clang"), workers = children_named("spinlab-worker");
  for (int i = 0; i < 70; ++i) ASSERT_EQ(judge(forbidden).verdict, Verdict::kForbiddenOperation) << i;
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(children_named("clang"), compilers);
  EXPECT_EQ(children_named("spinlab-worker"), workers);
}

/// What is checked is not up to the environment.
TEST_F(WarmRunnerTest, SettingsOfGoogleTestsAreNotPassedOn) {
  ::setenv("GTEST_TOTAL_SHARDS", "2", 1);
  ::setenv("GTEST_SHARD_INDEX", "1", 1);
  expect_all_passed(judge(solution()));
  ::unsetenv("GTEST_TOTAL_SHARDS");
  ::unsetenv("GTEST_SHARD_INDEX");
}

TEST_F(WarmRunnerTest, ATemplateThatDiedIsReplaced) {
  expect_all_passed(judge(solution()));
  for (const auto* program : {"fixture-checker", "spinlab-worker", "clang"}) {
    SCOPED_TRACE(program);
    kill_all(program);
    expect_all_passed(judge(solution()));
  }
}

/// One that dies each time is this machine's fault, and says so.
TEST_F(WarmRunnerTest, ATemplateThatDiesAgainIsAnInfrastructureFailure) {
  std::set<pid_t> killed;  // a result may have been on its way when its template was
  options_.on_check = [&](const CheckResult&) {
    for (const auto pid : children_named("fixture-checker")) killed.insert(pid), ::kill(pid, SIGKILL);
  };
  const auto report = judge(solution());
  EXPECT_EQ(report.verdict, Verdict::kInfrastructureFailure);
  EXPECT_THAT(report.detail, HasSubstr("the checker ended early"));
  EXPECT_EQ(killed.size(), 2u);
  options_.on_check = nullptr;
  expect_all_passed(judge(solution()));
}

TEST_F(WarmRunnerTest, ALongCompilationDoesNotHarmTheNext) {
  assignment_.limits.compile_seconds = 3;
  expect_all_passed(judge(solution()));
  auto endless = solution() + "constexpr int spin(int k) { for (int i = 0; i < 160000; ++i) k ^= i * k; return k; }\n";
  for (int i = 1; i < 1000; ++i) endless += "static_assert(spin(" + std::to_string(i) + ") != -1);\n";
  const auto report = judge(endless);
  EXPECT_EQ(report.verdict, Verdict::kCompileError);
  EXPECT_THAT(report.detail, HasSubstr("stopped after 3 s"));
  expect_all_passed(judge(solution()));
}

}  // namespace
}  // namespace spinlab::judging
