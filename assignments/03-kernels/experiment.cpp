#include "src/judging/checker/experiment.h"

#include "calls.h"

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) { return {{"seed", seed}}; }
