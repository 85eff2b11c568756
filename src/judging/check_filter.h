#pragma once

#include <string>
#include <vector>

namespace spinlab::judging {

/// GoogleTest's patterns: '*' is any text, '?' any character, ':' separates alternatives, those behind a '-'
/// are left out ("FitRidge.*:-*Slow*").
bool matches(const std::string& name, const std::string& pattern);

/// The pattern of exactly these names.
std::string filter_of(const std::vector<std::string>& names);

}  // namespace spinlab::judging
