#include "src/judging/compile/symbol_sets.h"

#include <sstream>

#include "src/core/files.h"

namespace spinlab::judging {

std::string to_text(const SymbolSets& sets) {
  std::string text;
  for (const auto& [symbol, names] : sets) {
    text += symbol;
    for (const auto& name : names) text += ' ' + name;
    text += '\n';
  }
  return text;
}

SymbolSets read_symbol_sets(const std::filesystem::path& file) {
  constexpr std::uintmax_t kMaxBytes = 256 << 20;
  SymbolSets sets;
  std::istringstream lines(read_file(file, kMaxBytes));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string symbol;
    words >> symbol;
    for (std::string name; words >> name;) sets[symbol].insert(std::move(name));
  }
  return sets;
}

}  // namespace spinlab::judging
