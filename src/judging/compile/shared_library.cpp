#include "src/judging/compile/shared_library.h"

#include <c10/util/Exception.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

struct SharedLibrary::Tables {
  explicit Tables(const SharedLibrary& library)
      : bytes(static_cast<const char*>(library.bytes_), library.size_),
        header(*items<Elf64_Ehdr>(0, 1).begin()) {
    TORCH_CHECK_VALUE(std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0, "no shared library");
    sections = items<Elf64_Shdr>(header.e_shoff, header.e_shnum);
    TORCH_CHECK_VALUE(header.e_shstrndx < sections.size, "a shared library without names");
  }

  template <typename T>
  struct Items {
    const T* first = nullptr;
    std::uint64_t size = 0;
    const T* begin() const { return first; }
    const T* end() const { return first + size; }
  };

  template <typename T>
  Items<T> items(std::uint64_t offset, std::uint64_t count) const {
    TORCH_CHECK_VALUE(offset <= bytes.size() && count <= (bytes.size() - offset) / sizeof(T),
                      "a shared library that ends early");
    return {reinterpret_cast<const T*>(bytes.data() + offset), count};
  }

  template <typename T>
  Items<T> items(const Elf64_Shdr& section) const {
    return items<T>(section.sh_offset, section.sh_size / sizeof(T));
  }

  std::string_view text(const Elf64_Shdr& section) const {
    const auto all = items<char>(section);
    return {all.first, all.size};
  }

  std::string_view name(const Elf64_Shdr& strings, std::uint64_t offset) const {
    const auto all = text(strings);
    TORCH_CHECK_VALUE(offset < all.size(), "a shared library with a name outside of it");
    return all.substr(offset, all.find('\0', offset) - offset);
  }

  /// Null where it has none.
  const Elf64_Shdr* section(std::string_view wanted) const {
    for (const auto& section : sections)
      if (name(sections.first[header.e_shstrndx], section.sh_name) == wanted) return &section;
    return nullptr;
  }

  const Elf64_Shdr& link(const Elf64_Shdr& section) const {
    TORCH_CHECK_VALUE(section.sh_link < sections.size, "a shared library with a section that is not there");
    return sections.first[section.sh_link];
  }

  std::string_view bytes;
  Elf64_Ehdr header;
  Items<Elf64_Shdr> sections;
};

SharedLibrary::SharedLibrary(const std::filesystem::path& file) : size_(std::filesystem::file_size(file)) {
  const sandbox::Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (bytes_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), file.string());
}

SharedLibrary::~SharedLibrary() { ::munmap(bytes_, size_); }

std::set<std::string> SharedLibrary::exported() const {
  const Tables tables(*this);
  std::set<std::string> names;
  if (const auto* section = tables.section(".dynsym"))
    for (const auto& symbol : tables.items<Elf64_Sym>(*section))
      if (symbol.st_shndx != SHN_UNDEF) names.emplace(tables.name(tables.link(*section), symbol.st_name));
  return names;
}

std::vector<SharedLibrary::Function> SharedLibrary::functions() const {
  const Tables tables(*this);
  const auto* section = tables.section(".symtab");
  if (section == nullptr) section = tables.section(".dynsym");
  TORCH_CHECK_VALUE(section != nullptr, "a shared library without symbols");
  std::vector<Function> all;
  for (const auto& symbol : tables.items<Elf64_Sym>(*section)) {
    if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) continue;
    const bool exported =
        ELF64_ST_BIND(symbol.st_info) != STB_LOCAL && ELF64_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT;
    all.push_back({symbol.st_value, tables.name(tables.link(*section), symbol.st_name), exported});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
  return all;
}

SharedLibrary::Code SharedLibrary::code() const {
  const Tables tables(*this);
  const auto* section = tables.section(".text");
  TORCH_CHECK_VALUE(section != nullptr, "a shared library without code");
  return {section->sh_addr, tables.text(*section), tables.header.e_machine};
}

std::vector<SharedLibrary::Import> SharedLibrary::imports() const {
  constexpr std::uint64_t kEntryBytes = 16;
  const Tables tables(*this);
  const auto* table = tables.section(".plt");
  const auto* relocations = tables.section(".rela.plt");
  if (table == nullptr || relocations == nullptr) return {};
  const auto& names = tables.link(*relocations);  // the dynamic symbols
  const auto symbols = tables.items<Elf64_Sym>(names);
  const auto slots = tables.items<Elf64_Rela>(*relocations);
  TORCH_CHECK_VALUE(table->sh_size / kEntryBytes >= slots.size,
                    "a shared library whose calls of others can't be read");
  // Entries come in the order of their relocations, after a head that differs from one processor to the next.
  auto address = table->sh_addr + table->sh_size - slots.size * kEntryBytes;
  std::vector<Import> all;
  for (const auto& slot : slots) {
    const auto symbol = ELF64_R_SYM(slot.r_info);
    TORCH_CHECK_VALUE(symbol < symbols.size, "a shared library with a relocation of nothing");
    all.push_back({address, tables.name(tables.link(names), symbols.first[symbol].st_name)});
    address += kEntryBytes;
  }
  return all;
}

}  // namespace spinlab::judging
