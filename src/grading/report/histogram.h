#pragma once

#include <string>
#include <vector>

namespace spinlab::grading {

/// How many of `shares` (each in [0, 1]) fall into each of `bins` equal parts; 1 belongs to the last.
std::vector<int> histogram(const std::vector<double>& shares, int bins);

/// The histogram as an inline SVG that takes its colours from the page (classes bar and axis), with percent
/// below and counts above the bars.
std::string histogram_svg(const std::vector<double>& shares);

}  // namespace spinlab::grading
