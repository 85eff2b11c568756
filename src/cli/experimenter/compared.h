#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/training/runs/comparison.h"

namespace spinlab::cli {

/// Each a run, or a folder that has some. Throws c10::ValueError where there is none, or one cannot be read.
std::vector<training::RunSummary> summaries(const std::vector<std::string>& folders);

/// Prints the comparison as a table, or as one JSON line.
void print_comparison(const training::Comparison& comparison, bool json);

/// Writes STEM.json and STEM.csv, and with `plots` STEM.svg and STEM.png; returns those that were written. A
/// picture that cannot be drawn is said on standard error and left out.
std::vector<std::filesystem::path> write_comparison(const training::Comparison& comparison,
                                                    const std::filesystem::path& stem, bool plots);

}  // namespace spinlab::cli
