#include "src/judging/runner/debug_run.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include "src/judging/check_filter.h"
#include "src/judging/checker_protocol.h"
#include "src/judging/compile/build.h"
#include "src/judging/runner/assignment_programs.h"
#include "src/judging/sandbox/program_path.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr double kAsLongAsItTakes = 7 * 24 * 3600;

std::string visible_checks(const Assignment& assignment, const RunOptions& options) {
  std::vector<std::string> names;
  for (const auto& check : assignment.checks)
    if (check.visible() && matches(check.name, options.filter)) names.push_back(check.name);
  TORCH_CHECK_VALUE(!names.empty(), "no check of ", assignment.name, " matches the filter ", options.filter);
  return filter_of(names);
}

}  // namespace

void debug_submission(const Assignment& assignment, const fs::path& source, const RunOptions& options) {
  require_program(assignment, assignment.name + "-checker");
  const auto filter = "--gtest_filter=" + visible_checks(assignment, options);
  std::string text;
  auto refusal = read_source(assignment, source, text);
  // The checker removes its folder when it ends.
  auto& build_folder = *new BuildFolder(assignment, fs::absolute(source));
  if (!refusal) refusal = build(assignment, build_folder, text);
  const auto checker = sandbox::program_path(assignment.name + "-checker").string();
  const auto settings =
      to_json(CheckerSettings{
                  build_folder.worker_files(), options.seed, {kAsLongAsItTakes, assignment.limits.memory_bytes}})
          .dump();
  if (refusal) delete &build_folder;
  TORCH_CHECK_VALUE(!refusal, to_string(refusal->verdict), ": ", refusal->detail);
  build_folder.leave_to_next_program();
  ::execl(checker.c_str(), checker.c_str(), "--in-process", settings.c_str(), filter.c_str(), nullptr);
  TORCH_CHECK(false, checker, " can't be started: ", std::generic_category().message(errno));
}

}  // namespace spinlab::judging
