#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::cli {

/// "4 checks (9 points) that need the data set nist; get it with: ./spinlab data fetch nist".
std::string lacking_data(const std::vector<judging::CheckInfo>& checks);

}  // namespace spinlab::cli
