#include <gtest/gtest.h>

#include <iostream>

#include "src/core/errors.h"
#include "src/grading/check/check_listener.h"
#include "src/grading/check/trusted_program.h"

namespace {

using namespace spinlab;
using namespace spinlab::grading;

ExitCode run_checks() {
  const TrustedProgram program;
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  listeners.Append(
      new CheckListener(program.settings(), [&](const CheckLine& line) { program.write(to_json(line)); }));
  delete listeners.Release(listeners.default_result_printer());
  const auto filter = program.wait_for_object();
  if (filter.empty()) return ExitCode::kDone;
  testing::GTEST_FLAG(filter) = filter;
  const bool passed = RUN_ALL_TESTS() == 0;
  program.write({{"done", true}});
  return passed ? ExitCode::kDone : ExitCode::kChecksFailed;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return static_cast<int>(report_errors(run_checks, std::cerr));
}
