#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/files/catalog.h"

namespace spinlab::datasets {

/// Unpacks `members` (by CatalogFile::member) of a .tar.gz to `target`/path. Each is checked against its
/// length and SHA-256 before it is renamed into place; everything else in the archive is passed over. Returns
/// what is wrong (a damaged archive, a member that is missing or not the catalog's), empty where all are
/// there. Throws c10::Error where they cannot be written.
std::string unpack_members(const std::filesystem::path& archive,
                           const std::vector<const CatalogFile*>& members,
                           const std::filesystem::path& target);

}  // namespace spinlab::datasets
