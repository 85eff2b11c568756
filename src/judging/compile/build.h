#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/judging/assignment.h"
#include "src/judging/compile/build_folder.h"
#include "src/judging/compile/compile_server.h"
#include "src/judging/verdict.h"

namespace spinlab::judging {

/// Why a submission does not get as far as being run.
struct Refusal {
  Verdict verdict;
  std::string detail;
};

/// The submission's text, at most limits.source_bytes; kUnreadableSubmission where it is missing, empty or no
/// text.
std::optional<Refusal> read_source(const Assignment& assignment, const std::filesystem::path& source,
                                   std::string& text);

/// Compiles `text`, by `server` where that is given and can, looks for forbidden operations, links, and puts
/// BuildFolder::loadable() in place; kCompileError or kForbiddenOperation otherwise. Throws c10::Error where this machine
/// is at fault, or Ctrl-C ended the compiler that waited.
std::optional<Refusal> build(const Assignment& assignment, const BuildFolder& build_folder, const std::string& text,
                             CompileServer* server = nullptr);

}  // namespace spinlab::judging
