#include "src/grading/attempt.h"

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/grading/sandbox/temporary_folder.h"

namespace spinlab::grading {

Attempts attempt(const Assignment& assignment, const std::string& source, const RunOptions& options,
                 const Runner& runner, int most) {
  const sandbox::TemporaryFolder folder;
  const auto file = folder.path() / assignment.file;
  write_file(file, source);
  Attempts attempts;
  do {
    attempts.report = runner(assignment, file, options);
    ++attempts.count;
  } while (attempts.report.verdict == Verdict::kInfrastructureFailure && attempts.count < most &&
           !Interrupt::requested());
  return attempts;
}

}  // namespace spinlab::grading
