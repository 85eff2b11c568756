#pragma once

#include <filesystem>
#include <string>

namespace spinlab::benchmarks {

/// Libraries for peers: a list of requirements beside this file, and the folder in .spinlab that gets them.
struct PeerLibraries {
  std::string list = "requirements.txt", folder = "peers";
  /// Nothing is installed that is not in the list.
  bool list_is_complete = false;
};

/// The Python with the libraries of a list, in an environment of its own, which is made at its first use and
/// anew where the list has changed; says so on standard error. Throws c10::Error where it cannot be made.
std::filesystem::path peers_python(const PeerLibraries& libraries = {});

}  // namespace spinlab::benchmarks
