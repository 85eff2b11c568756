#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/judging/sandbox/limits.h"

// What keeps a submission from everything but its own files. No part of this needs LibTorch.
namespace spinlab::sandbox {

/// What a program in the sandbox may see. All paths lie where they lie outside.
struct Policy {
  std::vector<std::filesystem::path> readable;  // files and folders beside the system's own libraries
  std::vector<std::filesystem::path> writable;
  bool with_compiler = false;  // /usr/bin and /usr/include as well
  ProcessLimits limits;
  std::vector<std::string> environment = {};  // "NAME=VALUE", beside the plain one
};

/// The command line that runs `command` (a path first) in `policy` under each layer that this machine has:
/// bubblewrap, where it works, and in it spinlab-confine, which drops root, sets limits, Landlock and the
/// system call filter.
std::vector<std::string> sandboxed(const Policy& policy, const std::vector<std::string>& command);

/// Lets the user whom the sandbox runs as pass through a private folder, where the sandbox has no file tree
/// of its own.
void let_in(const std::filesystem::path& folder);

/// Gives a folder to the user whom the sandbox runs as, where that is not the caller.
void hand_over(const std::filesystem::path& folder);

struct Layer {
  std::string name;  // "namespaces", "landlock", "seccomp", "limits", "user", "memory"
  bool holds = false;
  std::string detail;  // what was tried and what came of it
};

/// Starts a program in the sandbox that tries to get out of each layer, and makes a memory group. Tried once a
/// process, then remembered.
const std::vector<Layer>& probe();

/// Whether a stranger's code may run here: seccomp and limits hold, and either namespaces or, where a
/// container has none, both Landlock and another user.
bool strong_enough(const std::vector<Layer>& layers);

}  // namespace spinlab::sandbox
