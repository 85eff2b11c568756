#include "src/judging/compile/object_symbols.h"

#include "src/judging/compile/elf_object.h"

namespace spinlab::judging {

std::set<std::string> undefined_symbols(std::string_view object) {
  const ElfObject elf(object);
  std::set<std::string> names;
  for (const auto& symbol : elf.symbols())
    if (symbol.section == SHN_UNDEF && !symbol.name.empty()) names.insert(symbol.name);
  return names;
}

}  // namespace spinlab::judging
