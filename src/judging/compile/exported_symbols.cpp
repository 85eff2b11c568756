#include "src/judging/compile/exported_symbols.h"

#include <c10/util/Exception.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "src/judging/sandbox/process.h"

namespace spinlab::judging {
namespace {

/// A file in memory, without reading all of it: LibTorch has hundreds of megabytes.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file) : size_(std::filesystem::file_size(file)) {
    const sandbox::Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (bytes_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), file.string());
  }
  ~MappedFile() { ::munmap(bytes_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  template <typename T>
  const T* at(std::uint64_t offset, std::uint64_t count = 1) const {
    TORCH_CHECK_VALUE(offset <= size_ && count <= (size_ - offset) / sizeof(T), "a shared library that ends early");
    return reinterpret_cast<const T*>(static_cast<const char*>(bytes_) + offset);
  }

 private:
  std::uint64_t size_;
  void* bytes_;
};

}  // namespace

std::set<std::string> exported_symbols(const std::filesystem::path& library) {
  const MappedFile file(library);
  const auto* header = file.at<Elf64_Ehdr>(0);
  TORCH_CHECK_VALUE(std::memcmp(header->e_ident, ELFMAG, SELFMAG) == 0, library.string(), " is no shared library");
  const auto* sections = file.at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
  std::set<std::string> names;
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM) continue;
    const auto count = sections[i].sh_size / sizeof(Elf64_Sym);
    const auto* symbols = file.at<Elf64_Sym>(sections[i].sh_offset, count);
    const auto& strings = sections[sections[i].sh_link];
    const auto* text = file.at<char>(strings.sh_offset, strings.sh_size);
    for (std::uint64_t s = 0; s < count; ++s)
      if (symbols[s].st_shndx != SHN_UNDEF && symbols[s].st_name < strings.sh_size)
        names.insert(std::string(text + symbols[s].st_name, ::strnlen(text + symbols[s].st_name, strings.sh_size - symbols[s].st_name)));
  }
  return names;
}

}  // namespace spinlab::judging
