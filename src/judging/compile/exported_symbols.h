#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace spinlab::judging {

/// The names that a 64-bit shared library of the system's or LibTorch's defines for others, mangled. Throws std::system_error
/// where it can't be read, c10::ValueError where it is none.
std::set<std::string> exported_symbols(const std::filesystem::path& library);

}  // namespace spinlab::judging
