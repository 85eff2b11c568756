#include <iostream>

#include "src/cli/command_line.h"

namespace spinlab::cli {
namespace {

const Registration kComplete({Room::kInternal, "complete", "Asked by the shell (completion_command.cpp)"},
                             [](Command& command) {
                               command.hand_over([](const Command::Words& words) {
                                 for (const auto& word : completions({words.begin() + 1, words.end()}))
                                   std::cout << word << '\n';
                                 return ExitCode::kDone;
                               });
                             });

}  // namespace
}  // namespace spinlab::cli
