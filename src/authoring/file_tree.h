#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace spinlab::authoring {

/// Files by their path below some folder, with what they hold.
using FileTree = std::map<std::string, std::string>;

/// Writes the tree to `folder`, which must be missing or empty: made aside and renamed, so whole or not at
/// all. What begins with #! may be run. Throws c10::ValueError where the folder holds something, c10::Error
/// where it cannot be written.
void write_tree(const FileTree& tree, const std::filesystem::path& folder);

}  // namespace spinlab::authoring
