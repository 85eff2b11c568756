#pragma once

namespace spinlab::judging {

/// Runs, on one thread, some of what most submissions do: what an operation does at its first use is then done once, in
/// the template, and not in each of its children. No backward pass: autograd's engine does not survive a fork.
void warm_up();

}  // namespace spinlab::judging
