#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/judging/compile/build_folder.h"

namespace spinlab::judging {

struct Compilation {
  bool succeeded = false;
  std::string output;  // what concerns the student's own lines
};

/// What is said of a compiler that has used up its seconds.
Compilation stopped(double seconds);

/// What a compiler that waits is given beyond the others' command line.
struct MoreForCompiler {
  std::vector<std::filesystem::path> included = {};  // before the main file, behind the prelude
  std::vector<std::filesystem::path> readable = {};
  std::vector<std::string> environment = {};
};

/// The command line, sandbox included, that compiles `main_file` to BuildFolder::object() with the assignment's prelude.
std::vector<std::string> compile_command(const Assignment& assignment, const BuildFolder& build_folder,
                                         const std::filesystem::path& main_file,
                                         const MoreForCompiler& more = {});

/// BuildFolder::source() to BuildFolder::object(), in the sandbox, with the assignment's precompiled prelude. The command
/// line is ours; of the course's files the compiler can open the frozen header and the prelude only.
Compilation compile(const Assignment& assignment, const BuildFolder& build_folder);

/// BuildFolder::object() and the assignment's exports to BuildFolder::linked(), in the sandbox. Every function must be
/// defined.
Compilation link(const Assignment& assignment, const BuildFolder& build_folder);

}  // namespace spinlab::judging
