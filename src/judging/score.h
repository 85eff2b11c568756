#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/judging/verdict.h"

namespace spinlab::judging {

struct Score {
  double earned = 0;
  double maximum = 0;
};

/// Whether a check's result earns its points: it passed, and the submission was graded through. What was worked
/// out on paper counts whatever became of the code.
bool earns(const CheckInfo& check, const CheckResult& result, Verdict verdict);

/// The points of the passed checks, out of those of all `checks`. A submission that was not graded through
/// (it did not compile, say) has earned
/// those of its answers alone.
Score score(const std::vector<CheckInfo>& checks, const Report& report);

/// What checks are worth together.
double points_of(const std::vector<CheckInfo>& checks);

/// Points as people write them: "12", "7.5", two decimals at most.
std::string points_text(double points);

/// "87 %" of a share in [0, 1].
std::string percent(double share);

}  // namespace spinlab::judging
