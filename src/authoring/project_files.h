#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace spinlab::authoring {

/// The files of the project in `folder`, as paths below it: what git tracks, in a checkout; elsewhere (an
/// unpacked release) all but hidden files, build/, runs/ and Python's caches. Throws c10::ValueError where
/// git is missing or fails.
std::set<std::string> project_files(const std::filesystem::path& folder);

}  // namespace spinlab::authoring
