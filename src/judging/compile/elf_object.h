#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::judging {

/// A 64-bit relocatable object file, read without trust: every offset is checked. Throws c10::ValueError
/// where it is none or is cut short.
class ElfObject {
 public:
  explicit ElfObject(std::string_view bytes);

  struct Symbol {
    std::string name;  // empty for a section's own symbol
    std::uint64_t section = SHN_UNDEF;
  };

  /// Section `section` refers to symbol `symbol` of symbols().
  struct Reference {
    std::uint64_t section;
    std::uint64_t symbol;
  };

  const std::vector<Symbol>& symbols() const { return symbols_; }
  /// From the relocations.
  std::vector<Reference> references() const;
  std::uint64_t sections() const { return sections_.size(); }

 private:
  void read_symbols(std::uint64_t table);

  std::string_view bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::vector<Symbol> symbols_;
};

}  // namespace spinlab::judging
