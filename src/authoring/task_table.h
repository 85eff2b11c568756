#pragma once

#include <string>

#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// The line of a README.md in whose place the handout has the table of tasks and points.
inline constexpr auto kTaskTableMark = "<!-- table of tasks -->";

/// A row a task: number, functions (answers.json where it asks questions, its title where it asks for nothing
/// new), points, and how many of them are for checks that students do not see.
std::string task_table(const judging::Assignment& assignment);

}  // namespace spinlab::authoring
