#include "tests/support/spinlab_test.h"

#include <ATen/Context.h>
#include <stdlib.h>

#include <stdexcept>

namespace fs = std::filesystem;

namespace spinlab {

SpinlabTest::SpinlabTest() {
  at::manual_seed(kSeed);
  auto name = (fs::temp_directory_path() / "spinlab-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder can be made at " + name);
  folder_ = name;
}

SpinlabTest::~SpinlabTest() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void RealDataTest::SetUp() {
  if (std::getenv("SPINLAB_DATA") == nullptr) GTEST_SKIP() << "needs real data: set SPINLAB_DATA";
}

fs::path RealDataTest::data(const std::string& relative) const {
  const auto file = fs::path(std::getenv("SPINLAB_DATA")) / relative;
  if (!fs::exists(file)) throw std::runtime_error(file.string() + ": missing below SPINLAB_DATA");
  return file;
}

}  // namespace spinlab
