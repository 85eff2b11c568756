#pragma once

#include <string>
#include <utility>
#include <vector>

namespace spinlab::judging {

/// The functions of a calls.h and their contracts' texts. Throws c10::ValueError where one has none.
std::vector<std::pair<std::string, std::string>> contracts_in(const std::string& calls);

}  // namespace spinlab::judging
