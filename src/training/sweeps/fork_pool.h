#pragma once

#include <cstddef>
#include <functional>

namespace spinlab::training {

/// Does `body(i)` for i = 0 … count - 1 in a process of its own each, forked from this one, at most `jobs` at
/// a time: what is loaded here need not be loaded again. `ended(i, code)` gets each exit code as it comes
/// (128 and the signal's number where one ended it). While an Interrupt lives, Ctrl-C starts no more; those
/// that run get it as well and are waited for. Nothing may have used LibTorch's threads before: a forked
/// process has none of them.
void fork_each(std::size_t count, int jobs, const std::function<int(std::size_t)>& body,
               const std::function<void(std::size_t, int)>& ended);

}  // namespace spinlab::training
