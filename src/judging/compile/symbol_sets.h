#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace spinlab::judging {

/// For a name, which others belong to it: what a function calls, or what calls it.
using SymbolSets = std::map<std::string, std::set<std::string>>;

/// A line a name: it and its set, separated by spaces.
std::string to_text(const SymbolSets& sets);
SymbolSets read_symbol_sets(const std::filesystem::path& file);

}  // namespace spinlab::judging
