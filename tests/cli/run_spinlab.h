#pragma once

#include <string>
#include <vector>

namespace spinlab::cli {

struct CommandRun {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs the built spinlab (it lies beside the test program) with `arguments` and waits for its end.
CommandRun run_spinlab(const std::vector<std::string>& arguments);

}  // namespace spinlab::cli
