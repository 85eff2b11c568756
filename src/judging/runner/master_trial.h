#pragma once

#include <vector>

#include "src/judging/runner/repeated_check.h"

namespace spinlab::judging {

/// Where a checker ran out of memory or ended with a submission, the submission is to blame only if the same checks come to
/// their end with the master; throws c10::Error, naming the check, where they don't. Students have no master to try: these
/// checks did before they were handed out.
void require_master_comes_through(const Assignment& assignment, const std::vector<CheckInfo>& checks, const CheckSeeds& seeds);

}  // namespace spinlab::judging
