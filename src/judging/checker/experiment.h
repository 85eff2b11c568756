#pragma once

#include <cstdint>

#include "src/core/config.h"

namespace spinlab::judging {

/// Defined in an assignment's experiment.cpp: calls STUDENT functions and returns what figure.py draws.
/// Trusted code, in a program of its own, as checks are; one worker serves it from beginning to end.
Json experiment(std::uint64_t seed);

}  // namespace spinlab::judging
