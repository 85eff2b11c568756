#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "src/judging/sandbox/process.h"

// What /proc says of another process's memory; nothing where it does not say, or the process has ended.
namespace spinlab::sandbox {

/// The number that a process has here, by its pidfd (it may see itself under another); -1 where that is none,
/// or it has ended.
pid_t number_of(const Descriptor& process);

/// Bytes that it alone accounts for: resident private pages, whatever their protection, page tables and swap.
std::optional<std::uint64_t> private_bytes(pid_t process);

/// Bytes of private writable mappings, touched or not: what RLIMIT_DATA limits.
std::optional<std::uint64_t> data_bytes(pid_t process);

}  // namespace spinlab::sandbox
