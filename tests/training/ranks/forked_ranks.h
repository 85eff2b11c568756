#pragma once

#include <functional>

#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// Calls body(ranks) in `count` processes forked from this one, which add up through shared memory: ranks
/// without MPI. Returns their exit codes: what the body returned; 128 and the signal where one ended it; what
/// abort() was given. Each computes in one thread.
std::vector<int> on_forked_ranks(int count, const std::function<int(Ranks&)>& body);

}  // namespace spinlab::training
