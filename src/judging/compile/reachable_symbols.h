#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace spinlab::judging {

using ReachableSymbols = std::map<std::string, std::set<std::string>>;

/// For each symbol that an object file defines: which symbols, of those that `is_watched` picks, it refers
/// to, itself or through others of the file. Exact where each function has a section of its own
/// (-ffunction-sections). Throws c10::ValueError where the bytes are no 64-bit object file.
ReachableSymbols reachable_symbols(std::string_view object, const std::function<bool(const std::string&)>& is_watched);

/// A line a symbol: its name and what it reaches, separated by spaces; symbols that reach nothing are left
/// out.
std::string to_text(const ReachableSymbols& reach);
ReachableSymbols read_reachable(const std::filesystem::path& file);

/// `symbols` and all that they reach.
std::set<std::string> with_reachable(std::set<std::string> symbols, const ReachableSymbols& reach);

}  // namespace spinlab::judging
