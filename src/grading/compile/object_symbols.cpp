#include "src/grading/compile/object_symbols.h"

#include <c10/util/Exception.h>
#include <elf.h>

#include <cstring>

namespace spinlab::grading {
namespace {

/// A T at `offset`, copied out: the bytes need not be aligned.
template <typename T>
T at_offset(std::string_view bytes, std::uint64_t offset) {
  TORCH_CHECK_VALUE(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset,
                    "an object file that is cut short");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string_view slice(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  TORCH_CHECK_VALUE(offset <= bytes.size() && size <= bytes.size() - offset,
                    "an object file that is cut short");
  return bytes.substr(offset, size);
}

std::string name_at(std::string_view strings, std::uint64_t offset) {
  TORCH_CHECK_VALUE(offset < strings.size(), "a symbol without a name");
  const auto rest = strings.substr(offset);
  return std::string(rest.substr(0, rest.find('\0')));
}

Elf64_Ehdr checked_header(std::string_view object) {
  const auto header = at_offset<Elf64_Ehdr>(object, 0);
  TORCH_CHECK_VALUE(std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
                        header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_type == ET_REL &&
                        header.e_shentsize == sizeof(Elf64_Shdr),
                    "the compiler's output is no 64-bit object file");
  return header;
}

}  // namespace

std::set<std::string> undefined_symbols(std::string_view object) {
  const auto header = checked_header(object);
  const auto section = [&](std::uint64_t i) {
    return at_offset<Elf64_Shdr>(object, header.e_shoff + i * sizeof(Elf64_Shdr));
  };
  // With many sections (one a function template) their number stands in the first one.
  const std::uint64_t count = header.e_shnum != 0 ? header.e_shnum : section(0).sh_size;
  TORCH_CHECK_VALUE(count <= object.size() / sizeof(Elf64_Shdr), "an object file that is cut short");
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto table = section(i);
    if (table.sh_type != SHT_SYMTAB) continue;
    const auto string_section = section(table.sh_link);
    const auto strings = slice(object, string_section.sh_offset, string_section.sh_size);
    const auto symbols = slice(object, table.sh_offset, table.sh_size);
    for (std::uint64_t offset = sizeof(Elf64_Sym); offset + sizeof(Elf64_Sym) <= symbols.size();
         offset += sizeof(Elf64_Sym)) {
      const auto symbol = at_offset<Elf64_Sym>(symbols, offset);
      if (symbol.st_shndx == SHN_UNDEF && symbol.st_name != 0) names.insert(name_at(strings, symbol.st_name));
    }
  }
  return names;
}

}  // namespace spinlab::grading
