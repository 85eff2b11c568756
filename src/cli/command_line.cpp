#include "src/cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "src/core/called_as.h"
#include "src/core/config.h"
#include "src/core/launch.h"
#include "src/core/escape.h"

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

using Names = std::vector<std::string>;

/// Of options that have some: the names to choose from.
std::map<const CLI::Option*, Names (*)()>& known_values() {
  static std::map<const CLI::Option*, Names (*)()> all;
  return all;
}

std::string with_called_as(std::string text) {
  constexpr std::string_view kName = " spinlab ";
  for (auto at = text.find(kName); at != std::string::npos; at = text.find(kName, at + 1))
    text.replace(at + 1, kName.size() - 2, called_as());
  return text;
}

/// The subcommand that the words got to.
const CLI::App& innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : innermost(*parsed.back());
}

std::string full_name(const CLI::App& command) {
  return command.get_parent() == nullptr ? called_as()
                                         : full_name(*command.get_parent()) + " " + command.get_name();
}

/// CLI11 names a word that it did not expect, but nothing like it.
std::optional<std::string> unknown_option(const CLI::App& command) {
  const auto rest = command.remaining();
  const auto unknown = std::find_if(rest.begin(), rest.end(),
                                    [](const auto& word) { return word.size() > 1 && word[0] == '-'; });
  if (unknown == rest.end()) return std::nullopt;
  Names names;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  const auto word = unknown->substr(0, unknown->find('='));
  return "unknown option \"" + word + "\"" + did_you_mean(word, names);
}

/// Of a command that has subcommands, of which none was named.
std::optional<std::string> unknown_subcommand(const CLI::App& command) {
  Names names;
  for (const auto* each : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(each->get_name());
  if (names.empty()) return std::nullopt;
  const auto rest = command.remaining();
  if (rest.empty()) return "a subcommand is missing" + did_you_mean("", names);
  return "unknown subcommand \"" + rest.front() + "\"" + did_you_mean(rest.front(), names);
}

/// Of a command: its options, or its subcommands and the names that its first argument may have.
Names candidates(const CLI::App& command, bool options, bool named) {
  Names names;
  if (options) {
    for (const auto* option : command.get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
  }
  for (const auto* each :
       command.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    names.push_back(each->get_name());
  for (const auto* option : command.get_options()) {
    const auto known = known_values().find(option);
    if (named || known == known_values().end()) continue;
    const auto more = known->second();
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

/// What there is, of the options that are missing.
std::string known_of_missing(const CLI::App& command) {
  std::string text;
  for (const auto* option : command.get_options())
    if (const auto known = known_values().find(option);
        option->get_required() && option->count() == 0 && known != known_values().end())
      text += did_you_mean("", known->second());
  return text;
}

std::string description(const CLI::ParseError& error, const CLI::App& command) {
  if (const auto unknown = unknown_option(command)) return *unknown;
  if (const auto unknown = unknown_subcommand(command)) return *unknown;
  return error.what() + known_of_missing(command);
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

/// What is wrong with a number that has no sign.
std::string negative(const std::string& value) {
  return value.starts_with('-') ? "must be 0 or more, got " + value : "";
}

}  // namespace

Option Option::required() {
  option_->required();
  return *this;
}

Option Option::required(Names (*names)()) { return known(names).required(); }

Option Option::known(Names (*names)()) {
  known_values()[option_] = names;
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
  auto* added = app_->add_option(name, variable, help);
  if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::optional<std::uint64_t>>)
    added->check(negative);  // CLI11 itself takes -1 for 2^64 - 1
  return Option(*added);
}
template Option Command::option(const std::string&, std::string&, const std::string&);
template Option Command::option(const std::string&, std::filesystem::path&, const std::string&);
template Option Command::option(const std::string&, std::optional<std::filesystem::path>&,
                                const std::string&);
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::filesystem::path>&, const std::string&);
template Option Command::option(const std::string&, std::optional<std::string>&, const std::string&);
template Option Command::option(const std::string&, double&, const std::string&);
template Option Command::option(const std::string&, int&, const std::string&);
template Option Command::option(const std::string&, std::int64_t&, const std::string&);
template Option Command::option(const std::string&, std::optional<std::int64_t>&, const std::string&);
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

void Command::footer(const std::string& text) { app_->footer(with_called_as(text)); }

void Command::action(const std::function<ExitCode()>& run) {
  app_->callback([run, choice = choice_] { choice->action = run; });
}

void Command::action(const std::function<ExitCode(const Words&)>& run, bool by_ranks) {
  app_->callback([run, by_ranks, choice = choice_] {
    choice->action = [run, choice] { return run(choice->words); };
    choice->by_ranks = by_ranks;
  });
}

void Command::hand_over(const std::function<ExitCode(const Words&)>& run) {
  app_->prefix_command();
  app_->set_help_flag();
  action(run, /*by_ranks=*/true);  // who it is handed to knows
}

Registration::Registration(const CommandName& name, Describe describe) {
  registered().push_back({name, describe});
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Spinlab: the physics of machine learning, in C++ on LibTorch", called_as());
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  Command::Choice choice{nullptr, {argv + 1, argv + argc}};
  add_commands(app, choice);
  const auto launch = launch_with_others();
  const auto refuse = [&](const std::string& problem) {
    if (!launch || launch->rank == 0) std::cerr << "spinlab: " << problem << '\n';
    return static_cast<int>(ExitCode::kUserMistake);
  };
  if (const auto unknown = unknown_command(choice.words)) return refuse(*unknown);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    const auto& command = innermost(app);
    return refuse(description(error, command) + "; see " + full_name(command) + " --help");
  }
  if (launch && !choice.by_ranks)
    return refuse("mpirun starts the processes of one training: " + choice.words.front() + " is started without it");
  auto code = report_errors(choice.action, std::cerr);
  std::cout.flush();
  if (code == ExitCode::kDone && !std::cout) {
    std::cerr << "spinlab: standard output cannot be written; free some disk or send it elsewhere\n";
    code = ExitCode::kOurFault;
  }
  return static_cast<int>(code);
}

std::vector<std::string> completions(const Command::Words& words) {
  CLI::App root;
  Command::Words asked{"complete"};
  asked.insert(asked.end(), words.begin(), words.end());
  Command::Choice choice{nullptr, asked};
  add_commands(root, choice);
  const CLI::App* command = &root;
  bool named = false;  // whether the first thing that the command is about was given
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto found =
        command->get_subcommands([&](const CLI::App* each) { return each->get_name() == words[i]; });
    if (!found.empty()) {
      command = found.front();
    } else if (!words[i].starts_with('-')) {
      named = true;
    }
  }
  if (command->get_prefix_command()) {
    root.parse(std::vector<std::string>{command->get_name()});
    choice.action();
  }
  return candidates(*command, !words.empty() && words.back().starts_with('-'), named);
}

std::string command_text(const Command::Words& words) {
  constexpr auto kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./,:@%[]";
  std::string text = called_as();
  for (const auto& word : words) {
    const bool plain = !word.empty() && word.find_first_not_of(kPlain) == std::string::npos;
    text += ' ' + (plain ? word : shell_quoted(word));
  }
  return text;
}

std::vector<std::string> split_words(const std::string& text) { return CLI::detail::split_up(text); }

}  // namespace spinlab::cli
