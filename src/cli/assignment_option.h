#pragma once

#include "src/cli/command_line.h"

namespace spinlab::cli {

/// The positional argument that names an assignment; where it is missing, the error says which there are.
void add_assignment_option(Command& command, std::string& assignment);

}  // namespace spinlab::cli
