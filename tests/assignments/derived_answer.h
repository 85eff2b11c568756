#pragma once

#include <string>
#include <vector>

namespace spinlab {

/// Expects that the answer key of `assignment` takes `number` for `question`, and what is off by twice the
/// tolerance no longer. The number is to come from another way than the key's.
void expect_answer(const std::string& assignment, const std::string& question, double number);

/// The same for a list of numbers, each of which is seen where it is off.
void expect_answer(const std::string& assignment, const std::string& question,
                   const std::vector<double>& numbers);

}  // namespace spinlab
