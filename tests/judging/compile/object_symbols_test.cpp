#include "src/judging/compile/object_symbols.h"

#include <c10/util/Exception.h>
#include <elf.h>

#include <cstring>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;

template <typename T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// An object by hand: header, three section headers (none, symbols, their names), then the two sections.
std::string object() {
  const std::string names("\0called\0mine\0", 13);
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_type = ET_REL;
  header.e_shoff = sizeof header;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 3;
  Elf64_Shdr none{}, symbols{}, strings{};
  symbols.sh_type = SHT_SYMTAB;
  symbols.sh_link = 2;
  symbols.sh_offset = sizeof header + 3 * sizeof none;
  symbols.sh_size = 3 * sizeof(Elf64_Sym);
  strings.sh_type = SHT_STRTAB;
  strings.sh_offset = symbols.sh_offset + symbols.sh_size;
  strings.sh_size = names.size();
  Elf64_Sym first{}, called{}, mine{};
  called.st_name = 1;
  mine.st_name = 8;
  mine.st_shndx = 1;
  std::string bytes;
  append(bytes, header);
  for (const auto& section : {none, symbols, strings}) append(bytes, section);
  for (const auto& symbol : {first, called, mine}) append(bytes, symbol);
  return bytes + names;
}

TEST(UndefinedSymbols, AreThoseWithoutASection) {
  EXPECT_THAT(undefined_symbols(object()), ElementsAre("called"));
}

TEST(UndefinedSymbols, WhatIsNoObjectIsRefused) {
  EXPECT_THROW(undefined_symbols(""), c10::ValueError);
  EXPECT_THROW(undefined_symbols(std::string(1000, 'x')), c10::ValueError);
}

TEST(UndefinedSymbols, EveryCutIsRefusedOrRead) {
  const auto whole = object();
  for (std::size_t size = 0; size < whole.size() - 13; ++size)
    EXPECT_THROW(undefined_symbols(std::string_view(whole).substr(0, size)), c10::ValueError) << size;
}

/// Whatever the damage: names or a ValueError, nothing else (run under AddressSanitizer by the asan preset).
TEST(UndefinedSymbols, RandomDamageNeverDoesMore) {
  auto engine = make_engine(20250714, "elf fuzz");
  for (int i = 0; i < 20000; ++i) {
    auto bytes = object();
    for (std::uint64_t flips = 1 + engine() % 8; flips > 0; --flips)
      bytes[SELFMAG + engine() % (bytes.size() - SELFMAG)] = static_cast<char>(engine());
    try {
      undefined_symbols(bytes);
    } catch (const c10::ValueError&) {
    }
  }
}

}  // namespace
}  // namespace spinlab::judging
