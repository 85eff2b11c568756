#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace spinlab::grading {

/// A regular file of unknown origin: links are not followed, pipes and devices not waited for, and its size
/// is checked on the open file. Throws c10::ValueError, one line without the path, where it is none or over
/// `max_bytes`.
std::string read_without_following(const std::filesystem::path& file, std::int64_t max_bytes);

}  // namespace spinlab::grading
