#pragma once

namespace spinlab::sandbox {

/// What neither compiler nor worker needs: sockets, ptrace and its kin, mounts, namespaces, kernel keys, BPF,
/// io_uring, System V memory, … fail with EPERM. Inherited by children. Throws std::system_error.
void forbid_dangerous_calls();

/// For a compiler that goes on with a submission: no other processes, signals to itself only. Throws std::system_error.
void forbid_other_processes();

/// For a process that runs a student's code: an allow-list. Threads, but no child processes; memory that
/// counts towards its limit, so nothing shared; signals to itself only; no new sockets. Everything else fails
/// with EPERM. Throws std::system_error.
void allow_only_computing();

}  // namespace spinlab::sandbox
