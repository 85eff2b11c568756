#pragma once

#include <string>

namespace spinlab {

/// Text of a stranger's as it may stand in a report or on a terminal: no control characters but the line
/// feed, no invalid UTF-8, at most `max_bytes`.
std::string printable(std::string text, std::size_t max_bytes = 4096);

}  // namespace spinlab
