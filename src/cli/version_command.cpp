#include <torch/version.h>

#include <iostream>

#include "src/cli/commands.h"

namespace spinlab::cli {

void add_version_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("version", "The versions of Spinlab and LibTorch");
  command->footer("Example: spinlab version");
  command->callback([&action] {
    action = [] {
      std::cout << "spinlab " << SPINLAB_VERSION << ", LibTorch " << TORCH_VERSION << '\n';
      return ExitCode::kDone;
    };
  });
}

}  // namespace spinlab::cli
