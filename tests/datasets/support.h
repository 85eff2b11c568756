#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace spinlab::datasets {

/// Writes `content` to `file`, packed by libarchive's filter: "none", "gzip" or "xz".
void write_packed(const std::filesystem::path& file, const std::string& content, const std::string& filter);

/// What numpy 1.x pickles (protocol 3) for an int64 array whose bytes are `payload`.
std::string pickled_int64(const std::string& payload);

/// The message of the c10::ValueError that `body` throws; "nothing was thrown" where it does not.
std::string mistake(const std::function<void()>& body);

}  // namespace spinlab::datasets
