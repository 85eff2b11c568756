#pragma once

#include <filesystem>

namespace spinlab::benchmarks {

/// The Python with the libraries of requirements.txt, in an environment of its own (.spinlab/peers), which is
/// made at its first use and anew where the requirements have changed; says so on standard error. Throws
/// c10::Error where it cannot be made.
std::filesystem::path peers_python();

}  // namespace spinlab::benchmarks
