#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "src/judging/sandbox/process.h"

namespace spinlab::sandbox {

/// Where a template finds its control socket (Streams::channel).
inline constexpr int kControl = 3;

/// A pidfd of a child of ours: who has it can signal that process and no other, even when its number is another one's. None
/// where the kernel gives none (before Linux 5.3).
Descriptor descriptor_of(pid_t child);

/// From here on this process is a template: it has loaded what takes long to start, and never talks to a submission. For
/// each packet on `control` it forks a child, in which this returns with the packet's descriptors, `control` closed;
/// the answer is one packet with a descriptor of the child (pidfd_open(2)) where the kernel gives one. Before the
/// first it says "ready". In the template itself it returns nothing, when the other side has closed.
///
/// The process must have one thread, and no tensor operation may have started more: they do not survive a fork.
std::optional<std::vector<Descriptor>> fork_point(int control);

/// The same, with `child` as the whole life of a child.
void serve_forks(int control, const std::function<void(std::vector<Descriptor>)>& child);

}  // namespace spinlab::sandbox
