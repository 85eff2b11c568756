#pragma once

#include <filesystem>
#include <string>

#include "tests/support/mistake.h"

namespace spinlab::datasets {

/// Writes `content` to `file`, packed by libarchive's filter: "none", "gzip" or "xz".
void write_packed(const std::filesystem::path& file, const std::string& content, const std::string& filter);

/// What numpy 1.x pickles (protocol 3) for an int64 array whose bytes are `payload`.
std::string pickled_int64(const std::string& payload);

}  // namespace spinlab::datasets
