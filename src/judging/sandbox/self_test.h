#pragma once

namespace spinlab::sandbox {

/// Tries, from inside, to read `secret` (a file of the caller's that no policy holds), to open a socket, to
/// become root again, and asks the kernel what is on. Prints a line a layer: name, 1 or 0, detail, separated
/// by tabs.
int self_test(const char* secret);

}  // namespace spinlab::sandbox
