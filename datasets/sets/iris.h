#pragma once

#include <filesystem>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// UCI's iris.data: inputs float64 (150, 4), sepal length and width, petal length and width in cm; targets 0
/// setosa, 1 versicolor, 2 virginica. [Fisher 1936; UCI's copy differs from his table in rows 35 and 38]
/// Throws c10::ValueError where a line is malformed or there are not 150.
Split read_iris(const std::filesystem::path& file);

/// Iris, shuffled and split by the seed: the same seed and options give the same parts, whoever asks.
/// Options: "test_fraction" (0.2); "species" (all three), names of two or three: ["versicolor", "virginica"]
/// are the 100 rows that no line separates, with classes 0 and 1.
Dataset load_iris(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
