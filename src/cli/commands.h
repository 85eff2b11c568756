#pragma once

#include <CLI/CLI.hpp>

#include <functional>

#include "src/core/errors.h"

namespace spinlab::cli {

/// What the chosen subcommand will run once the whole command line is parsed.
using Action = std::function<ExitCode()>;

/// A command lives in src/cli/NAME_command.cpp and adds itself to the parser: options bound to a shared
/// struct, a footer with an example, and a callback that sets `action`.
void add_check_command(CLI::App& app, Action& action);
void add_watch_command(CLI::App& app, Action& action);
void add_next_command(CLI::App& app, Action& action);
void add_hint_command(CLI::App& app, Action& action);
void add_reset_command(CLI::App& app, Action& action);
void add_experiment_command(CLI::App& app, Action& action);
void add_bench_command(CLI::App& app, Action& action);
void add_bundle_command(CLI::App& app, Action& action);
void add_evaluate_command(CLI::App& app, Action& action);
void add_grade_command(CLI::App& app, Action& action);
void add_grade_task_command(CLI::App& app, Action& action);
void add_grades_command(CLI::App& app, Action& action);
void add_gradebook_command(CLI::App& app, Action& action);
void add_regrade_command(CLI::App& app, Action& action);
void add_handout_command(CLI::App& app, Action& action);
void add_list_command(CLI::App& app, Action& action);
void add_plot_command(CLI::App& app, Action& action);
void add_similarity_command(CLI::App& app, Action& action);
void add_train_command(CLI::App& app, Action& action);
void add_data_command(CLI::App& app, Action& action);
void add_demo_command(CLI::App& app, Action& action);
void add_doctor_command(CLI::App& app, Action& action);
void add_validate_command(CLI::App& app, Action& action);
void add_version_command(CLI::App& app, Action& action);

}  // namespace spinlab::cli
