#pragma once

#include <string>

#include "datasets/dataset.h"

namespace spinlab::training {

/// SHA-256 of all numbers of a set's parts, and of what its classes or tokens are called.
std::string data_fingerprint(const datasets::Dataset& set);

/// Whether a run's record (run.json) knows of other data than these. Of tokens that are others the weights
/// know nothing: throws c10::ValueError. Else says a line on standard error, as numbers that are made anew may
/// differ in their last digits on another machine. `run`: its folder, for the line.
void require_same_data(const Json& record, const datasets::Dataset& set, const std::string& run);

}  // namespace spinlab::training
