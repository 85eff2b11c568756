#include <iostream>

#include "src/cli/commands.h"

int main(int argc, char** argv) {
  using namespace spinlab;
  CLI::App app("Spinlab: the physics of machine learning, in C++ on LibTorch", "spinlab");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  cli::Action action;
  cli::add_demo_command(app, action);
  cli::add_check_command(app, action);
  cli::add_experiment_command(app, action);
  cli::add_list_command(app, action);
  cli::add_handout_command(app, action);
  cli::add_validate_command(app, action);
  cli::add_grade_command(app, action);
  cli::add_train_command(app, action);
  cli::add_evaluate_command(app, action);
  cli::add_plot_command(app, action);
  cli::add_data_command(app, action);
  cli::add_doctor_command(app, action);
  cli::add_bench_command(app, action);
  cli::add_version_command(app, action);
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
