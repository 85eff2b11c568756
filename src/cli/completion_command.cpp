#include <iostream>

#include "src/cli/command_line.h"

namespace spinlab::cli {
namespace {

/// It asks the program itself, so that it knows what this checkout has. File names are the shell's own
/// business.
constexpr auto kBash = R"sh(_spinlab_complete() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _spinlab_complete spinlab ./spinlab
)sh";

constexpr auto kZsh = "autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n";

ExitCode print_script(const std::string& shell) {
  if (shell == "zsh") std::cout << kZsh;
  std::cout << kBash;
  return ExitCode::kDone;
}

const Registration kCompletion(
    {Room::kMachine, "completion", "Have the Tab key complete commands, options and names"},
    [](Command& command) {
      auto shell = std::make_shared<std::string>();
      command.option("shell", *shell, "bash or zsh").required().one_of({"bash", "zsh"});
      command.footer("Example: eval \"$(spinlab completion bash)\"");
      command.action([shell] { return print_script(*shell); });
    });

}  // namespace
}  // namespace spinlab::cli
