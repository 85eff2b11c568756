#include "src/cli/assignment_option.h"

#include "src/judging/assignment.h"

namespace spinlab::cli {

void add_assignment_option(Command& command, std::string& assignment) {
  command.option("assignment", assignment, "Its name or the start of it").required(judging::assignment_names);
}

}  // namespace spinlab::cli
