#pragma once

#include <filesystem>
#include <string>

namespace spinlab::sandbox {

/// A program that is built beside this one: spinlab-confine, spinlab-worker, a checker. Throws
/// std::runtime_error where it is missing.
std::filesystem::path program_path(const std::string& name);

}  // namespace spinlab::sandbox
