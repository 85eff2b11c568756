#include "src/cli/instructor/gradebook/desk.h"

namespace spinlab::cli {
namespace {

const Registration kGradebook(
    {Room::kInstructors, "gradebook",
     "Roster, deadline, bonus and points for written parts of an assignment's gradebook"},
    [](Command& command) {
      command.footer("Example: spinlab gradebook show 01-regression --out grades/01-regression");
      add_gradebook_set(command);
      add_gradebook_show(command);
      add_gradebook_history(command);
      add_gradebook_roster(command);
    });

}  // namespace
}  // namespace spinlab::cli
