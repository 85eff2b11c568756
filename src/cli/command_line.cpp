#include "src/cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <tuple>

#include "src/core/config.h"

namespace spinlab::cli {
namespace {

struct Registered {
  CommandName name;
  Registration::Describe describe;
};

std::vector<Registered>& registered() {
  static std::vector<Registered> all;
  return all;
}

/// Empty: not listed.
const char* heading(Room room) {
  switch (room) {
    case Room::kStudents:
      return "Students";
    case Room::kInstructors:
      return "Instructors";
    case Room::kAuthors:
      return "Authors";
    case Room::kExperimenters:
      return "Experimenters";
    case Room::kMachine:
      return "This machine";
    case Room::kInternal:
      return "";
  }
  return "";
}

void add_commands(CLI::App& app, Command::Choice& choice) {
  auto all = registered();
  std::sort(all.begin(), all.end(), [](const Registered& a, const Registered& b) {
    return std::tuple(a.name.room, std::string_view(a.name.name)) <
           std::tuple(b.name.room, std::string_view(b.name.name));
  });
  for (const auto& [name, describe] : all) {
    auto* added = app.add_subcommand(name.name, name.summary);
    added->group(heading(name.room));
    Command command(*added, choice);
    describe(command);
  }
}

/// What the user typed in place of a command's name; CLI11 itself would only ask for a subcommand.
std::optional<std::string> unknown_command(const Command::Words& words) {
  if (words.empty() || words[0].starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& command : registered()) {
    if (command.name.name == words[0]) return std::nullopt;
    if (command.name.room != Room::kInternal) names.emplace_back(command.name.name);
  }
  std::sort(names.begin(), names.end());
  return "unknown command \"" + words[0] + "\"" + did_you_mean(words[0], names);
}

}  // namespace

Option Option::required() {
  option_->required();
  return *this;
}

Option Option::show_default() {
  option_->capture_default_str();
  return *this;
}

Option Option::between(int low, int high) {
  option_->check(CLI::Range(low, high));
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option Option::check(std::string (*problem)(const std::string& value)) {
  option_->check(problem);
  return *this;
}

Option Option::needs(const Option& other) {
  option_->needs(other.option_);
  return *this;
}

Option Option::one_each_time() {
  option_->expected(1)->take_all();
  return *this;
}

template <typename T>
Option Command::option(const std::string& name, T& variable, const std::string& help) {
  return Option(*app_->add_option(name, variable, help));
}
template Option Command::option(const std::string&, std::string&, const std::string&);
template Option Command::option(const std::string&, std::filesystem::path&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::filesystem::path>&, const std::string&);
template Option Command::option(const std::string&, int&, const std::string&);
template Option Command::option(const std::string&, std::uint64_t&, const std::string&);
template Option Command::option(const std::string&, std::optional<std::uint64_t>&, const std::string&);

Option Command::option(const std::string& name, const std::function<void(const std::string&)>& take,
                       const std::string& help) {
  return Option(*app_->add_option_function<std::string>(name, take, help));
}

template <typename T>
Option Command::flag(const std::string& name, T& variable, const std::string& help) {
  return Option(*app_->add_flag(name, variable, help));
}
template Option Command::flag(const std::string&, bool&, const std::string&);
template Option Command::flag(const std::string&, std::string&, const std::string&);

Command Command::subcommand(const char* name, const char* summary) {
  app_->require_subcommand(1);
  auto* added = app_->add_subcommand(name, summary);
  added->group("Subcommands");  // else the parent's heading
  return {*added, *choice_};
}

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::action(const std::function<ExitCode()>& run) {
  app_->callback([run, choice = choice_] { choice->action = run; });
}

void Command::hand_over(const std::function<ExitCode(const Words&)>& run) {
  app_->prefix_command();
  app_->set_help_flag();
  action([run, choice = choice_] { return run(choice->words); });
}

Registration::Registration(const CommandName& name, Describe describe) {
  registered().push_back({name, describe});
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Spinlab: the physics of machine learning, in C++ on LibTorch", "spinlab");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  Command::Choice choice{nullptr, {argv + 1, argv + argc}};
  add_commands(app, choice);
  if (const auto unknown = unknown_command(choice.words)) {
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
  return static_cast<int>(report_errors(choice.action, std::cerr));
}

std::vector<std::string> split_words(const std::string& text) { return CLI::detail::split_up(text); }

}  // namespace spinlab::cli
