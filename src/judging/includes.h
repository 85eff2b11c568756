#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::judging {

/// The names that a source includes in quotes, in its order; what stands in a comment of one line is left
/// out.
std::vector<std::string> quoted_includes(std::string_view source);

/// The file that `includer` means by a quoted name: beside it, else below root(), as the compiler looks for
/// it. Nothing where neither folder holds it.
std::optional<std::filesystem::path> included_file(const std::filesystem::path& includer,
                                                   const std::string& name);

}  // namespace spinlab::judging
