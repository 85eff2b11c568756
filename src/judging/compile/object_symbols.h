#pragma once

#include <set>
#include <string>
#include <string_view>

namespace spinlab::judging {

/// The undefined symbols of a 64-bit ELF object, mangled. The object came out of the sandbox, so nothing in
/// it is believed: throws c10::ValueError where an offset, size or index leads outside.
std::set<std::string> undefined_symbols(std::string_view object);

}  // namespace spinlab::judging
