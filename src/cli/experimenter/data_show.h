#pragma once

#include <iosfwd>

#include "datasets/files/catalog.h"
#include "datasets/dataset.h"

namespace spinlab::cli {

/// Shapes, types, classes with their counts, mean, deviation and, where `source` is not nullptr, licence and
/// citation.
Json describe(const datasets::Dataset& set, const datasets::CatalogEntry* source);

/// The same for people, with the first training example drawn in characters.
void print_dataset(const datasets::Dataset& set, const datasets::CatalogEntry* source, std::ostream& out);

/// One example in characters. input: (C, H, W) uint8 as grey values, (1, L, L) int8 as spins (# up, . down),
/// (d) float64 with a name each, (T, d) float64 its last
/// steps, (T) int64 as the text of its classes.
std::string draw_example(const at::Tensor& input, const datasets::Dataset& set);

}  // namespace spinlab::cli
