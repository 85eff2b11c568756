#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace spinlab::sandbox {

/// The sum of the numbers behind these names in a small file of the kernel's, a name and a number at the
/// start of each line; nothing where none of them is there.
std::optional<std::int64_t> sum_behind(const std::filesystem::path& file,
                                       std::initializer_list<std::string_view> names);

/// Writes `text` at once into a file that exists; false where the kernel refuses.
bool tell_kernel(const std::filesystem::path& file, const std::string& text);

}  // namespace spinlab::sandbox
