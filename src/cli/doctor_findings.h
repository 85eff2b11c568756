#pragma once

#include <string>
#include <vector>

namespace spinlab::cli {

/// kLesser: everything works, with less (no GPU, a data set that is not there). kMissing: something will
/// fail.
enum class State { kGood, kLesser, kMissing };

/// One thing that Spinlab uses on this machine: "LibTorch", "2.13.0 in /…". The remedy says what to do where
/// it is not kGood.
struct Finding {
  std::string name, value;
  State state = State::kGood;
  std::string remedy{};
};

/// Compiler, LibTorch and its numeric libraries, CUDA, memory, disk, Python, the sandbox's layers and data
/// sets, in this order.
std::vector<Finding> examine_machine();

}  // namespace spinlab::cli
