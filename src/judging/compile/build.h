#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/judging/assignment.h"
#include "src/judging/compile/build_folder.h"
#include "src/judging/compile/warm_compiler.h"
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

/// Compiles `text`, by `warm` where that is given and can, looks for forbidden operations, links, and puts
/// Job::loadable() in place; kCompileError or kForbiddenOperation otherwise. Throws c10::Error where this machine
/// is at fault, or Ctrl-C ended the compiler that waited.
std::optional<Refusal> build(const Assignment& assignment, const Job& job, const std::string& text,
                             WarmCompiler* warm = nullptr);

}  // namespace spinlab::judging
