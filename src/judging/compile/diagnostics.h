#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::judging {

/// Of a compiler's output (clang's or GCC's) what concerns files in `folder`, with their names alone: errors
/// and warnings there, and errors inside a library's header with the note that says which line of the
/// student's led to it.
std::string cut_to_submission(const std::string& output, const std::filesystem::path& folder);

/// Where a compiler gave up without a word about the submission's lines: what that was, in a line, and not its stack and our
/// command line. `memory_mib`, `object_mib`: what it may use and write.
std::string explain_failure(const std::string& output, std::uint64_t memory_mib, std::uint64_t object_mib);

/// A linker's output as one line a function: "… is declared in regression.h but not defined".
std::string cut_link_errors(const std::string& output, const std::string& header);

/// What forbidden_uses (compile/forbidden.h) named as one list, with "(line 12)" where the submission's
/// `source` spells it: an operator as a function, a method or one of a namespace (linalg_solve,
/// linalg::solve), a class with as many of its namespaces as it has there.
std::string list_with_lines(const std::vector<std::string>& uses, const std::string& source);

}  // namespace spinlab::judging
