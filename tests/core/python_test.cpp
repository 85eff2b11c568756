#include "src/core/python.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

class Python : public SpinlabTest {};

TEST_F(Python, RunsAScriptWithItsArguments) {
  write_file(folder() / "script.py", "import sys\nopen(sys.argv[1], 'w').write(sys.argv[2])\n");
  run_python(folder() / "script.py", {(folder() / "out").string(), "two words"});
  EXPECT_EQ(read_file(folder() / "out", 100), "two words");
}

TEST_F(Python, GivesEachLineThatItSays) {
  write_file(folder() / "script.py", "import sys\nfor n in range(3): print(n, 'OF 3', file=sys.stderr)\n");
  std::vector<std::string> lines;
  run_python(folder() / "script.py", {}, [&](const std::string& line) { lines.push_back(line); });
  EXPECT_THAT(lines, testing::ElementsAre("0 OF 3", "1 OF 3", "2 OF 3"));
}

TEST_F(Python, ScriptsImportEachOtherByTheirPathInTheRepository) {
  write_file(folder() / "assignments/shared/figure.py", "word = 'shared'\n");
  write_file(folder() / "assignments/01/figure.py",
             "import sys\nfrom assignments.shared.figure import word\nopen(sys.argv[1], 'w').write(word)\n");
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  ::setenv("SPINLAB_PYTHON", python().c_str(), 1);
  run_python(folder() / "assignments/01/figure.py", {(folder() / "out").string()});
  ::unsetenv("SPINLAB_PYTHON");
  ::unsetenv("SPINLAB_ROOT");
  EXPECT_EQ(read_file(folder() / "out", 100), "shared");
  EXPECT_FALSE(std::filesystem::exists(folder() / "assignments/shared/__pycache__"));
}

TEST_F(Python, AFailureCarriesTheLastLine) {
  write_file(folder() / "script.py", "raise SystemExit('no such column: loss')\n");
  try {
    run_python(folder() / "script.py", {});
    FAIL() << "nothing was thrown";
  } catch (const c10::Error& error) {
    EXPECT_STREQ(error.what_without_backtrace(), "script.py failed: no such column: loss");
  }
}

}  // namespace
}  // namespace spinlab
