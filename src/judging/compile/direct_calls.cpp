#include "src/judging/compile/direct_calls.h"

#include <c10/util/Exception.h>
#include <elf.h>

#include <cstring>

namespace spinlab::judging {
namespace {

using Found = std::function<void(std::uint64_t, std::uint64_t)>;

template <typename T>
T read(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// [Intel 64 manual, volume 2, CALL, JMP, Jcc] Relative to the end of the instruction.
void x86_64(const SharedLibrary::Code& code, const Found& found) {
  constexpr std::size_t kOffsetBytes = 4;
  for (std::size_t i = 1; i + kOffsetBytes < code.bytes.size(); ++i) {
    const auto opcode = static_cast<unsigned char>(code.bytes[i]);
    const bool conditional = (opcode & 0xF0) == 0x80 && code.bytes[i - 1] == 0x0F;
    if (opcode != 0xE8 && opcode != 0xE9 && !conditional) continue;
    const auto end = code.address + i + 1 + kOffsetBytes;
    found(code.address + i,
          end + static_cast<std::uint64_t>(std::int64_t{read<std::int32_t>(code.bytes, i + 1)}));
  }
}

/// [Arm ARM, B, BL] 26 bits with a sign, in units of four bytes, relative to the instruction.
void aarch64(const SharedLibrary::Code& code, const Found& found) {
  for (std::size_t i = 0; i + 4 <= code.bytes.size(); i += 4) {
    const auto instruction = read<std::uint32_t>(code.bytes, i);
    if ((instruction & 0x7C00'0000u) != 0x1400'0000u) continue;
    const auto offset = static_cast<std::int32_t>(instruction << 6) >> 4;
    found(code.address + i, code.address + i + static_cast<std::uint64_t>(std::int64_t{offset}));
  }
}

}  // namespace

void for_each_direct_call(const SharedLibrary::Code& code, const Found& found) {
  TORCH_CHECK_VALUE(code.machine == EM_X86_64 || code.machine == EM_AARCH64,
                    "code of a processor that is not known here");
  code.machine == EM_X86_64 ? x86_64(code, found) : aarch64(code, found);
}

}  // namespace spinlab::judging
