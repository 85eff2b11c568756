#pragma once

#include <filesystem>
#include <string>

namespace spinlab::judging {

/// Of a compiler's output (clang's or GCC's) what concerns files in `folder`, with their names alone: errors
/// and warnings there, and errors inside a library's header with the note that says which line of the
/// student's led to it.
std::string cut_to_submission(const std::string& output, const std::filesystem::path& folder);

/// A linker's output as one line a function: "… is declared in regression.h but not defined".
std::string cut_link_errors(const std::string& output, const std::string& header);

}  // namespace spinlab::judging
