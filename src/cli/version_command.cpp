#include <torch/version.h>

#include <iostream>

#include "src/cli/command_line.h"

namespace spinlab::cli {
namespace {

ExitCode version() {
  std::cout << "spinlab " << SPINLAB_VERSION << ", LibTorch " << TORCH_VERSION << '\n';
  return ExitCode::kDone;
}

const Registration kVersion({Room::kMachine, "version", "The versions of Spinlab and LibTorch"},
                            [](Command& command) {
                              command.footer("Example: spinlab version");
                              command.action(version);
                            });

}  // namespace
}  // namespace spinlab::cli
