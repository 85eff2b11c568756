#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/split.h"

/// What the data sets of the user's own files have in common. Relative names are relative to the current
/// folder.
namespace spinlab::datasets {

/// "file" (which must be given), "test_file" and "validation_file" (null), `own`, "test_fraction" (null: 0.2
/// where no part comes by itself) and "validation_fraction" (0).
Json own_file_defaults(const Json& own);

/// The option "file". Throws c10::ValueError where it is missing.
std::string file_name(const Config& options);

/// What `read` makes of each of the files that are named.
Parts parts_of_files(const Config& options, const std::function<Split(const std::filesystem::path&)>& read);

/// "test_fraction" and "validation_fraction". Throws c10::ValueError where a test_fraction is given beside a
/// test part.
Fractions fractions_of(const Config& options, const Parts& parts);

/// The option `key`, a word or a list of them; empty where it is missing.
std::vector<std::string> words_at(const Config& options, const std::string& key);

/// A recipe's section {"name": name, …} of what was found and what the user set, checked by with_defaults
/// (datasets/registry.h).
Json completed(const std::string& name, const Json& found, const Json& settings);

}  // namespace spinlab::datasets
