#pragma once

#include <filesystem>
#include <string>

namespace spinlab {

/// The program in PATH, empty where there is none.
std::filesystem::path find_program(const std::string& name);

}  // namespace spinlab
