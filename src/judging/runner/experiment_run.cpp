#include "src/judging/runner/experiment_run.h"

#include "src/judging/compile/build.h"
#include "src/judging/runner/checker_client.h"
#include "src/judging/sandbox/sandbox.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

// An experiment calls the student's functions many times.
constexpr double kExperimentSeconds = 120;

void throw_refusal(const std::optional<Refusal>& refusal) {
  TORCH_CHECK_VALUE(!refusal, to_string(refusal->verdict), ": ", refusal->detail);
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
  return program->experiment();
}

}  // namespace spinlab::judging
