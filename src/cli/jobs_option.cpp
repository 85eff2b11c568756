#include "src/cli/jobs_option.h"

#include <iostream>

#include "src/core/parallel.h"

namespace spinlab::cli {

void add_jobs_option(Command& command, int& jobs) {
  jobs = usable_cores();
  command.option("-j,--jobs", jobs, "Submissions at the same time, at most one a processor")
      .between(1, 1024)
      .show_default();
}

int affordable_jobs(int jobs) {
  const int cores = usable_cores();
  if (jobs <= cores) return jobs;
  std::cerr << "note: -j " << cores << " in place of -j " << jobs
            << ": more than one submission a processor would slow each other's limits\n";
  return cores;
}

}  // namespace spinlab::cli
