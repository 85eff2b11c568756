#pragma once

#include <filesystem>
#include <vector>

#include "src/training/runs/comparison.h"

namespace spinlab::cli {

/// Prints the comparison as a table, or as one JSON line.
void print_comparison(const training::Comparison& comparison, bool json);

/// Writes STEM.json and STEM.csv, and with `plots` STEM.svg and STEM.png; returns those that were written. A
/// picture that cannot be drawn is said on standard error and left out.
std::vector<std::filesystem::path> write_comparison(const training::Comparison& comparison,
                                                    const std::filesystem::path& stem, bool plots);

}  // namespace spinlab::cli
