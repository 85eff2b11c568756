#pragma once

#include <cstdint>
#include <functional>

#include "src/judging/compile/shared_library.h"

namespace spinlab::judging {

/// Calls `found(from, to)` for the addresses of each instruction that may be a call or jump to a fixed
/// address, and of what it leads to; of x86-64's (E8, E9, 0F 8x with 32 bits) and AArch64's (BL, B). What
/// only looks like one, inside of another instruction of x86-64's, is among them, so a user keeps those that
/// lead to the start of a function. Throws c10::ValueError for another processor's code.
void for_each_direct_call(const SharedLibrary::Code& code,
                          const std::function<void(std::uint64_t from, std::uint64_t to)>& found);

}  // namespace spinlab::judging
