#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/judging/sandbox/sandbox.h"

namespace spinlab::sandbox {

/// Whether bwrap is installed and may make namespaces here (tried once a process).
bool bubblewrap_works();

/// Its command line up to the program that is to run: own users (unless root, who changes to another user
/// inside), processes, network, IPC, host name and a file tree of just the system's libraries and the policy's
/// paths. No /proc.
std::vector<std::string> bubblewrap(const Policy& policy);

/// The system's libraries, and its headers and programs where a compiler needs them.
std::vector<std::filesystem::path> system_paths(bool with_compiler);

}  // namespace spinlab::sandbox
