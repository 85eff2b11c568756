// Every file of attacks/ is a submission to the fixture that tries something, and says what must become of
// it, and whether the sandbox is what stops it: none may gain a point by anything but the right answer, touch a
// file outside, or hurt the checks of other functions.
#include <algorithm>
#include <sstream>

#include "src/judging/sandbox/sandbox.h"
#include "tests/judging/fixture_submission.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 20;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// "KEY: one|other" among the file's first comments; empty where there is no such line.
std::vector<std::string> noted(const std::string& text, const std::string& key) {
  std::istringstream lines(text);
  std::vector<std::string> values;
  for (std::string line; std::getline(lines, line) && line.starts_with("// ");) {
    if (!line.starts_with("// " + key + ": ")) continue;
    std::istringstream rest(line.substr(key.size() + 5));
    for (std::string value; std::getline(rest, value, '|');) values.push_back(value);
  }
  return values;
}

std::string attack_text(const std::string& name) {
  return read_file(fs::path(SPINLAB_ATTACKS) / (name + ".cpp"), kMaxBytes);
}

/// Without namespaces those whose outcome can depend on it: what the compiler's command line, the channel or a comparison
/// stops, these stop in either case.
std::vector<std::string> attack_names() {
  const bool all = std::getenv("SPINLAB_WITHOUT_NAMESPACES") == nullptr;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SPINLAB_ATTACKS)) {
    const auto name = entry.path().stem().string();
    if (entry.path().extension() == ".cpp" && (all || !noted(attack_text(name), "stopped by").empty()))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

class AttackTest : public FixtureTest, public testing::WithParamInterface<std::string> {
 protected:
  AttackTest() : canary_(folder() / "canary") {
    write_file(canary_, "unharmed");
    fs::permissions(folder(), fs::perms::all);
    fs::permissions(canary_, fs::perms::all);
  }

  std::string canary() const { return read_file(canary_, kMaxBytes); }

  /// The attack with the honest functions behind it.
  std::string submission(const std::string& attack) const {
    const auto honest = solution();
    std::string text = "#include \"fixture.h\"\n";
    for (const auto& file : noted(attack, "with"))
      text += read_file(fs::path(SPINLAB_ATTACKS) / file, kMaxBytes);
    text += attack +
            "\n#include <algorithm>\n#include <numeric>\n#include <stdexcept>\nnamespace fixture {\n" +
            honest.substr(honest.find("std::optional<Summary> summary"));
    return replaced(replaced(text, "@FIXTURE@", SPINLAB_FIXTURE), "@CANARY@", canary_.string());
  }

  void SetUp() override {
    if (!sandbox::strong_enough(sandbox::probe()))
      GTEST_SKIP()
          << "nobody could be graded here: without namespaces other users must be able to enter the checkout";
  }

  std::string attack() const { return attack_text(GetParam()); }

  void expect_what_it_deserves(const Report& report) const {
    const auto verdicts = noted(attack(), "verdict"), twice = noted(attack(), "twice");
    auto others = noted(attack(), "others");
    if (others.empty()) others = {"passed"};
    ASSERT_FALSE(verdicts.empty()) << "an attack says what must become of it";
    EXPECT_THAT(verdicts, testing::Contains(to_string(report.verdict))) << report.detail;
    for (const auto& check : report.checks) {
      const bool attacked = check.name.find("Twice") != std::string::npos && !twice.empty();
      EXPECT_THAT(attacked ? twice : others, testing::Contains(to_string(check.outcome)))
          << check.name << ": " << check.message;
    }
    EXPECT_EQ(canary(), "unharmed");
  }

 private:
  fs::path canary_;
};

TEST_P(AttackTest, GetsWhatItDeserves) { expect_what_it_deserves(run_after_others(submission(attack()))); }

std::string test_name(const testing::TestParamInfo<std::string>& attack) { return replaced(attack.param, "-", "_"); }

INSTANTIATE_TEST_SUITE_P(, AttackTest, testing::ValuesIn(attack_names()), test_name);

/// `check` lets nobody get away with more than `grade`.
class CheckedAttackSlowTest : public AttackTest {};

TEST_P(CheckedAttackSlowTest, GetsWhatItDeserves) { expect_what_it_deserves(run(submission(attack()))); }

INSTANTIATE_TEST_SUITE_P(, CheckedAttackSlowTest, testing::ValuesIn(attack_names()), test_name);

}  // namespace
}  // namespace spinlab::judging
