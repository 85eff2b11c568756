#pragma once

#include <cstdint>
#include <string>

#include "src/core/json.h"

namespace spinlab {

/// The line of `text` where its author should look. The parser stumbles over what comes behind a comma or
/// bracket that is missing or too much: where that begins a line, the fault is at the end of the line before.
std::int64_t line_of_fault(const std::string& text, const Json::parse_error& error);

}  // namespace spinlab
