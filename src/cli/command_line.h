#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/errors.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace spinlab::cli {

/// Who uses a command: `spinlab --help` is grouped by it. What kInternal has is started by programs and not
/// shown.
enum class Room { kStudents, kInstructors, kAuthors, kExperimenters, kMachine, kInternal };

/// How a command, or a subcommand of one, is listed.
struct CommandName {
  Room room;
  const char* name;
  const char* summary;
};

/// An option or positional argument that was added to a command, to say more of it. CLI11's header costs
/// seconds in each file that includes it; command_line.cpp alone does.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option required();
  /// The same; where it is missing, the error says what `known` says that there is.
  Option required(std::vector<std::string> (*known)());
  /// The names that it may have, for the shell's completion.
  Option known(std::vector<std::string> (*names)());
  /// --help shows the value that the variable has now.
  Option show_default();
  /// A whole number from `low` to `high`.
  Option between(int low, int high);
  Option one_of(const std::vector<std::string>& words);
  /// `problem` says what is wrong with a value, nothing where it will do.
  Option check(std::string (*problem)(const std::string& value));
  /// Refused without the other one.
  Option needs(const Option& other);
  /// Of an option for several values: one each time that it is given (--set a=1 --set b=2).
  Option one_each_time();

 private:
  CLI::Option* option_;
};

/// A command that is being described: its options, bound to variables that must outlive the parsing, its
/// footer with an example, and what it does.
class Command {
 public:
  using Words = std::vector<std::string>;
  /// What is done once the whole command line is parsed.
  struct Choice {
    std::function<ExitCode()> action;
    Words words;            // the command line behind the program's name
    bool by_ranks = false;  // whether mpirun may start it several times
  };

  Command(CLI::App& app, Choice& choice) : app_(&app), choice_(&choice) {}

  /// "--name", "-n,--name", or "name" for a positional argument. T: std::string, std::filesystem::path, an
  /// optional or vector of one of these, double, int, or (optional) std::int64_t or std::uint64_t; defined
  /// for these alone.
  template <typename T>
  Option option(const std::string& name, T& variable, const std::string& help);
  /// The same for what is not kept in a variable: `take` is called with each value.
  Option option(const std::string& name, const std::function<void(const std::string&)>& take,
                const std::string& help);
  /// "--name" sets a bool; "!--no-name" clears it; "--name{word}" gives a string that word, and --name=VALUE
  /// another. T: bool or std::string.
  template <typename T>
  Option flag(const std::string& name, T& variable, const std::string& help);

  /// One of several subcommands, of which one must then be given.
  Command subcommand(const char* name, const char* summary);
  /// "Example: spinlab …": shown as this user calls Spinlab.
  void footer(const std::string& text);
  void action(const std::function<ExitCode()>& run);
  /// The same for one that keeps a record of how it was called.
  /// `by_ranks`: mpirun may start it several times, and these work together; other commands are refused
  /// there.
  void action(const std::function<ExitCode(const Words&)>& run, bool by_ranks = false);
  /// Leaves every word, --help too, to `run`, which gets the whole command line.
  void hand_over(const std::function<ExitCode(const Words&)>& run);

 private:
  CLI::App* app_;
  Choice* choice_;
};

/// A command of this program. Each stands in its own source file as a static object:
///
///   const Registration kHint({Room::kStudents, "hint", "A hint for …"}, [](Command& command) { … });
///
/// Commands are listed by room, then by name.
class Registration {
 public:
  using Describe = void (*)(Command&);
  Registration(const CommandName& name, Describe describe);
};

/// Parses the command line, runs the command that it names, and returns the program's exit code. What is
/// wrong with it is one line on standard error.
int run_command_line(int argc, char** argv);

/// The command line that the words came from, as it can be typed again: "spinlab train mnist-mlp --seed 2".
std::string command_text(const Command::Words& words);

/// What may stand in place of the last of the words of a command line: commands, options, and the names that
/// a command knows; for a command that another program has, that program answers (in which case this does not
/// return).
std::vector<std::string> completions(const Command::Words& words);

/// Words as a shell would split them: quotes hold some together.
std::vector<std::string> split_words(const std::string& text);

}  // namespace spinlab::cli
