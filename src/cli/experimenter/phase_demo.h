#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace spinlab::cli {

/// The demo's first half: trains a small network on Ising configurations around the critical temperature,
/// tries it on fresh ones, and draws what it got right beside the exact results. Writes `folder`/run (a run
/// folder) and ising.{json,png,svg}; returns what it wrote. Ends the process as interrupted on Ctrl-C.
std::vector<std::filesystem::path> run_phase_demo(const std::filesystem::path& folder, std::uint64_t seed);

}  // namespace spinlab::cli
