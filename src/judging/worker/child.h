#pragma once

#include "src/judging/worker/control.h"

namespace spinlab::judging {

/// A forked worker's life: gives up every descriptor but `socket`, its limits and system calls, then loads
/// `object` (the first moment at which a student's code can run) and answers calls.
[[noreturn]] void run_child(const WorkerOrder& order, const char* object, int socket);

}  // namespace spinlab::judging
