#pragma once

namespace spinlab::sandbox {

/// Tries, from inside, to read `secret` (a file of the caller's that no room holds) and to find the process
/// `outside`, and asks the kernel which filters are on. Prints a line a layer: name, 1 or 0, detail,
/// separated by tabs.
int self_test(const char* secret, const char* outside);

}  // namespace spinlab::sandbox
