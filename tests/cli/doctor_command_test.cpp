#include <sched.h>
#include <stdlib.h>
#include <torch/version.h>
#include <unistd.h>

#include <map>
#include <sstream>

#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class DoctorCommandTest : public SpinlabTest {
 protected:
  ~DoctorCommandTest() override {
    for (const auto& [name, value] : before_)
      value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
  }

  /// Until the end of the test; the program inherits it.
  void set_variable(const char* name, const std::string& value) {
    const char* before = std::getenv(name);
    before_.emplace(name, before == nullptr ? "" : before);
    ::setenv(name, value.c_str(), 1);
  }

  /// The lines of `doctor --json` by name; `code_` is the exit code.
  std::map<std::string, Json> findings() {
    const auto outcome = run_spinlab({"doctor", "--json"});
    code_ = outcome.code;
    std::map<std::string, Json> found;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      const auto finding = Json::parse(line);
      found.emplace(finding.at("name").get<std::string>(), finding);
    }
    return found;
  }

  static std::string value(const std::map<std::string, Json>& found, const std::string& name) {
    return found.at(name).at("value");
  }

  int code_ = -1;

 private:
  std::map<const char*, std::string> before_;
};

TEST_F(DoctorCommandTest, EveryLineHasAStateAndWhatIsNotGoodARemedy) {
  const auto found = findings();
  for (const auto* name : {"compiler", "LibTorch", "processor", "MKL", "oneDNN", "CUDA", "memory", "disk",
                           "Python", "sandbox: namespaces", "sandbox: seccomp", "sandbox: limits", "data"}) {
    EXPECT_TRUE(found.contains(name)) << name;
  }
  for (const auto& [name, finding] : found) {
    EXPECT_FALSE(finding.at("value").get<std::string>().empty()) << name;
    EXPECT_EQ(finding.contains("remedy"), finding.at("state") != "good") << finding;
  }
}

TEST_F(DoctorCommandTest, FiguresAreThoseOfTheMachine) {
  set_variable("OMP_NUM_THREADS", "1");
  const auto found = findings();
  cpu_set_t allowed;
  ASSERT_EQ(::sched_getaffinity(0, sizeof allowed, &allowed), 0);
  EXPECT_THAT(value(found, "processor"), StartsWith(std::to_string(CPU_COUNT(&allowed)) + " cores"));
  EXPECT_THAT(value(found, "processor"), EndsWith("LibTorch uses 1 threads"));
  EXPECT_THAT(value(found, "LibTorch"), StartsWith(TORCH_VERSION));
  const double bytes =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  EXPECT_NEAR(std::stod(value(found, "memory")), bytes / (1 << 30), 0.1);
}

TEST_F(DoctorCommandTest, APythonThatDoesNotStartIsMissing) {
  set_variable("SPINLAB_PYTHON", "/nonexistent");
  const auto python = findings().at("Python");
  EXPECT_EQ(code_, 1);
  EXPECT_EQ(python.at("state"), "missing");
  EXPECT_THAT(python.at("remedy").get<std::string>(), HasSubstr("SPINLAB_PYTHON"));
}

TEST_F(DoctorCommandTest, DataSetsAreFoundWhereDataIsLookedFor) {
  set_variable("XDG_CACHE_HOME", (folder() / "cache").string());
  set_variable("SPINLAB_DATA", folder().string());
  const auto before = findings().at("data");
  EXPECT_EQ(before.at("state"), "lesser");
  EXPECT_THAT(before.at("value").get<std::string>(), Not(HasSubstr("tinyshakespeare")));
  EXPECT_THAT(before.at("remedy").get<std::string>(),
              AllOf(StartsWith("./spinlab data fetch"), HasSubstr("tinyshakespeare")));
  write_file(folder() / "tinyshakespeare/input.txt", "First Citizen");
  EXPECT_THAT(value(findings(), "data"), HasSubstr("tinyshakespeare"));
}

}  // namespace
}  // namespace spinlab::cli
