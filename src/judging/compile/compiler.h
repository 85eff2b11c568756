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

/// What is said of a compiler that has used up limits.compile_seconds.
Compilation stopped(const Assignment& assignment);

/// Of what a compiler prints.
inline constexpr std::size_t kMaxCompilerOutput = 1 << 18;

/// The command line, sandbox included, that compiles `main_file` to Job::object() with the assignment's prelude and,
/// behind that, `included` before it.
std::vector<std::string> compile_command(const Assignment& assignment, const Job& job,
                                         const std::filesystem::path& main_file,
                                         const std::vector<std::filesystem::path>& included = {});

/// Job::source() to Job::object(), in the sandbox, with the assignment's precompiled prelude. The command
/// line is ours; of the course's files the compiler can open the frozen header and the prelude only.
Compilation compile(const Assignment& assignment, const Job& job);

/// Job::object() and the assignment's exports to Job::linked(), in the sandbox. Every function must be
/// defined.
Compilation link(const Assignment& assignment, const Job& job);

}  // namespace spinlab::judging
