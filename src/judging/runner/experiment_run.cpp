#include "src/judging/runner/experiment_run.h"

#include "src/core/files.h"
#include "src/judging/compile/build.h"
#include "src/judging/named_in_code.h"
#include "src/judging/runner/checker_client.h"
#include "src/judging/sandbox/sandbox.h"
#include "src/judging/worker/not_implemented.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

// An experiment calls the student's functions many times.
constexpr double kExperimentSeconds = 120;

void throw_refusal(const std::optional<Refusal>& refusal) {
  TORCH_CHECK_VALUE(!refusal, to_string(refusal->verdict), ": ", refusal->detail);
}

/// "; the experiment of 01-regression needs …", where a stub ended it: the first one does, so the others are
/// named here.
std::string needed_functions(const Assignment& assignment) {
  constexpr std::uintmax_t kMaxBytes = 16 << 20;
  const auto code = code_alone(read_file(assignment.folder / "experiment.cpp", kMaxBytes));
  std::string names;
  for (const auto& task : assignment.tasks)
    for (const auto& function : task.functions)
      if (line_of_name(code, function)) names += (names.empty() ? "" : ", ") + function;
  return "; the experiment of " + assignment.name + " needs all of " + names + ": write them first";
}

Json experiment_by(CheckerClient& program, const Assignment& assignment) {
  try {
    return program.experiment();
  } catch (const c10::ValueError& error) {
    const std::string what = error.what_without_backtrace();
    const bool is_stub = what.find(kNotImplementedYet) != std::string::npos;
    TORCH_CHECK_VALUE(!is_stub, what, needed_functions(assignment));
    throw;
  }
}

}  // namespace

Json run_experiment(const Assignment& assignment, const fs::path& source, const RunOptions& options) {
  TORCH_CHECK_VALUE(fs::exists(assignment.folder / "experiment.cpp"), assignment.name, " has no experiment");
  require_sandbox(options);
  std::string text;
  throw_refusal(read_source(assignment, source, text));
  Templates templates(assignment, assignment.name + "-experiment");
  const auto program =
      templates.new_checker(options.seed, {kExperimentSeconds, assignment.limits.memory_bytes});
  throw_refusal(build(assignment, templates.folder(), text));
  return experiment_by(*program, assignment);
}

}  // namespace spinlab::judging
