#include "src/judging/compile/elf_object.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::judging {
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

template <typename T>
std::vector<T> entries(std::string_view bytes, const Elf64_Shdr& section) {
  const auto all = slice(bytes, section.sh_offset, section.sh_size);
  std::vector<T> values(all.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), all.data(), values.size() * sizeof(T));
  return values;
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

/// With many sections (one a function) their number stands in the first one.
std::vector<Elf64_Shdr> section_table(std::string_view object) {
  const auto header = checked_header(object);
  const auto count =
      header.e_shnum != 0 ? header.e_shnum : at_offset<Elf64_Shdr>(object, header.e_shoff).sh_size;
  TORCH_CHECK_VALUE(count <= object.size() / sizeof(Elf64_Shdr), "an object file that is cut short");
  Elf64_Shdr table{};
  table.sh_offset = header.e_shoff;
  table.sh_size = count * sizeof(Elf64_Shdr);
  return entries<Elf64_Shdr>(object, table);
}

}  // namespace

ElfObject::ElfObject(std::string_view bytes) : bytes_(bytes), sections_(section_table(bytes)) {
  const auto is_table = [](const Elf64_Shdr& section) { return section.sh_type == SHT_SYMTAB; };
  const auto table = std::find_if(sections_.begin(), sections_.end(), is_table);
  if (table != sections_.end()) read_symbols(static_cast<std::uint64_t>(table - sections_.begin()));
}

void ElfObject::read_symbols(std::uint64_t table) {
  const auto& section = sections_[table];
  TORCH_CHECK_VALUE(section.sh_link < sections_.size(), "a symbol table without names");
  const auto& names = sections_[section.sh_link];
  const auto strings = slice(bytes_, names.sh_offset, names.sh_size);
  std::vector<Elf64_Word> large;  // the sections of symbols whose number does not fit into 16 bits
  for (const auto& other : sections_) {
    if (other.sh_type == SHT_SYMTAB_SHNDX && other.sh_link == table)
      large = entries<Elf64_Word>(bytes_, other);
  }
  for (const auto& symbol : entries<Elf64_Sym>(bytes_, section)) {
    std::uint64_t place = symbol.st_shndx;
    if (place == SHN_XINDEX) {
      TORCH_CHECK_VALUE(symbols_.size() < large.size(), "a symbol without a section");
      place = large[symbols_.size()];
    }
    symbols_.push_back({symbol.st_name == 0 ? "" : name_at(strings, symbol.st_name), place});
  }
}

std::vector<ElfObject::Reference> ElfObject::references() const {
  std::vector<Reference> all;
  for (const auto& section : sections_) {
    if (section.sh_type != SHT_RELA) continue;
    for (const auto& relocation : entries<Elf64_Rela>(bytes_, section)) {
      const auto symbol = ELF64_R_SYM(relocation.r_info);
      TORCH_CHECK_VALUE(section.sh_info < sections_.size() && symbol < symbols_.size(),
                        "a relocation of nothing");
      all.push_back({section.sh_info, symbol});
    }
  }
  return all;
}

}  // namespace spinlab::judging
