#pragma once

#include <string>

namespace spinlab::grading {

/// GoogleTest's patterns: '*' is any text, '?' any character, ':' separates alternatives, those behind a '-'
/// are left out ("FitRidge.*:-*Slow*").
bool matches(const std::string& name, const std::string& pattern);

}  // namespace spinlab::grading
