#pragma once

#include <functional>
#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::judging {

/// Whether a data set of the catalog lies on this machine.
using HasData = std::function<bool(const std::string&)>;

/// A check that does not count in this run, and why.
struct LeftOut {
  CheckInfo check;
  std::string reason;
};

/// Which of an assignment's checks count.
struct Rubric {
  std::vector<CheckInfo> counted;
  std::vector<LeftOut> left_out;  // their points are not in the maximum
};

/// The checks that match GoogleTest's pattern `filter`. Left out are answers where there is no answer key,
/// and checks whose data set is missing where `allow_missing` is set: otherwise it throws c10::ValueError,
/// naming the command that fetches it, as it does where no check remains.
Rubric make_rubric(const Assignment& assignment, const std::string& filter, const HasData& has_data,
                   bool allow_missing);

/// SHA-256 of all that a result depends on beside the submission: which checks count, assignment.json, the
/// answer key, the frozen header, the checks, and what these include of the project, with the source beside a
/// header where that makes what checks draw or expect. What students or authors read alone (README, solution,
/// experiment) changes nothing.
std::string rubric_sha256(const Assignment& assignment, const Rubric& rubric);

}  // namespace spinlab::judging
