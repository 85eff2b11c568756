#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "src/judging/compile/symbol_sets.h"

namespace spinlab::judging {

/// For each symbol that an object file defines: which symbols, of those that `is_watched` picks, it refers
/// to, itself or through others of the file. Exact where each function has a section of its own
/// (-ffunction-sections). Throws c10::ValueError where the bytes are no 64-bit object file.
SymbolSets reachable_symbols(std::string_view object,
                             const std::function<bool(const std::string&)>& is_watched);

/// `symbols` and all that they reach.
std::set<std::string> with_reachable(std::set<std::string> symbols, const SymbolSets& reach);

}  // namespace spinlab::judging
