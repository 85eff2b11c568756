#include <iostream>

#include "src/cli/commands.h"
#include "src/grading/authoring/handout.h"

namespace spinlab::cli {
namespace {

struct HandoutOptions {
  std::string assignment;
  std::string out;
};

ExitCode handout(const HandoutOptions& options) {
  const auto assignment = grading::load_assignment(options.assignment);
  grading::write_handout(assignment, options.out);
  for (const auto& [name, content] : grading::handout_files(assignment)) {
    std::cout << "written: " << (std::filesystem::path(options.out) / name).string() << '\n';
  }
  return ExitCode::kDone;
}

}  // namespace

void add_handout_command(CLI::App& app, Action& action) {
  auto options = std::make_shared<HandoutOptions>();
  auto* command =
      app.add_subcommand("handout", "What students get of an assignment: no solutions, no hidden checks");
  command->add_option("assignment", options->assignment, "Its name or the start of it")->required();
  command->add_option("--out", options->out, "A folder that is missing or empty")->required();
  command->footer("Example: spinlab handout 01-regression --out handouts/01-regression");
  command->callback([options, &action] { action = [options] { return handout(*options); }; });
}

}  // namespace spinlab::cli
