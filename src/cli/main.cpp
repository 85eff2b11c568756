#include <algorithm>
#include <iostream>

#include "src/cli/commands.h"
#include "src/core/config.h"

namespace {

/// What the user typed in place of a command's name; CLI11 itself would only ask for a subcommand.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return std::nullopt;
  return "unknown command \"" + std::string(argv[1]) + "\"" + spinlab::did_you_mean(argv[1], names);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace spinlab;
  CLI::App app("Spinlab: the physics of machine learning, in C++ on LibTorch", "spinlab");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  cli::Action action;
  cli::add_demo_command(app, action);
  cli::add_check_command(app, action);
  cli::add_watch_command(app, action);
  cli::add_next_command(app, action);
  cli::add_hint_command(app, action);
  cli::add_reset_command(app, action);
  cli::add_experiment_command(app, action);
  cli::add_list_command(app, action);
  cli::add_handout_command(app, action);
  cli::add_validate_command(app, action);
  cli::add_grade_command(app, action);
  cli::add_grade_task_command(app, action);
  cli::add_grades_command(app, action);
  cli::add_bundle_command(app, action);
  cli::add_similarity_command(app, action);
  cli::add_regrade_command(app, action);
  cli::add_gradebook_command(app, action);
  cli::add_train_command(app, action);
  cli::add_evaluate_command(app, action);
  cli::add_plot_command(app, action);
  cli::add_data_command(app, action);
  cli::add_doctor_command(app, action);
  cli::add_bench_command(app, action);
  cli::add_version_command(app, action);
  if (const auto unknown = unknown_command(app, argc, argv)) {
    std::cerr << "spinlab: " << *unknown << '\n';
    return static_cast<int>(ExitCode::kUserMistake);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "spinlab: " << error.what() << "; see spinlab --help\n";
    return static_cast<int>(ExitCode::kUserMistake);
  }
  return static_cast<int>(report_errors(action, std::cerr));
}
