#pragma once

#include <iosfwd>

#include "datasets/dataset.h"
#include "datasets/files/catalog.h"

namespace spinlab::cli {

/// Title, shapes, types, how it is split, classes with their counts, features, mean, deviation and, where
/// `source` is not nullptr, origin, licence and citation; where the posterior is known the accuracy of the
/// Bayes rule on the test part.
Json describe(const datasets::Dataset& set, const datasets::CatalogEntry* source);

/// The same for people, with some of the training examples drawn in characters (draw_examples.h).
void print_dataset(const datasets::Dataset& set, const datasets::CatalogEntry* source, std::ostream& out);

}  // namespace spinlab::cli
