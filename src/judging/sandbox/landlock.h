#pragma once

#include <filesystem>
#include <vector>

namespace spinlab::sandbox {

/// The kernel's Landlock ABI, 0 where it has none.
int landlock_abi();

/// From here on this process and its children read and execute only below `readable`, write only below
/// `writable`, open no TCP connection (ABI 4), and signal nobody outside (ABI 6). Paths that do not exist are
/// left out. Returns the ABI that is enforced, 0 where the kernel has none. Throws std::system_error where it
/// has one and refuses.
int restrict_files(const std::vector<std::filesystem::path>& readable,
                   const std::vector<std::filesystem::path>& writable);

}  // namespace spinlab::sandbox
