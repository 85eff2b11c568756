#pragma once

#include <iosfwd>

#include "datasets/dataset.h"

namespace spinlab::cli {

/// Some of the training examples in characters: uint8 images as grey values, beside each other where they are
/// small; int8 spins (# up, . down); points of the plane with classes, or without targets, as a scatter; rows
/// of few numbers as a table; a dated series as a line of bars for each part and its first rows; of longer
/// rows, windows and tokens the first example.
void draw_examples(const datasets::Dataset& set, std::ostream& out);

}  // namespace spinlab::cli
