#pragma once

#include <filesystem>
#include <string>

namespace spinlab::datasets {

/// A file's text as UTF-8 (plain, .gz or .xz; UTF-8 or UTF-16 by its byte order mark, else UTF-8 or
/// Windows-1252), at most 256 MiB. Throws c10::ValueError: empty, no text, longer than that or out of
/// proportion to the file (justified_bytes).
std::string read_text(const std::filesystem::path& file);

}  // namespace spinlab::datasets
