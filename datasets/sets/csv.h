#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The user's own table (datasets/formats/table.h). Inputs float64 (n, d): the features in the order of the
/// file, or of the option that names them; a categorical column becomes a column of 0 and 1 for each of its
/// values, "NAME=VALUE", sorted. Targets float64 (n), (n, k) of several columns, or classes. Options:
///
/// - "file"; "test_file" and "validation_file" with the same columns; "delimiter" (null: the one of , ; and
/// tab that the header
///   has most of), "decimal" ("."), "header" (true; without one the columns are c1, c2, …)
/// - "target": a column or a list of them; "features" (null: all others), "ignore" ([]), "categorical" ([]):
/// lists of columns
/// - "task": "classification", "regression"; null: classification where the target is text. Classes are
/// sorted
/// - "split": a column whose cells say train, test or validation; else "test_fraction" (null: 0.2 where there
/// is no test part) and
///   "validation_fraction" (0) of the shuffled rows of "file"
/// - "missing": "error", "drop" (rows without a used cell), "median" (of the training rows; of a categorical
/// column no column is 1)
/// - "windows": T, rows that follow each other in time: inputs are views float64 (n, T, d) of the one series,
/// of all columns that
///   are not ignored; targets the next row, (n, d), or its columns "target". Cut in the order of the rows,
///   not shuffled.
///
/// Throws c10::ValueError that names the file, and where it can the line and the column.
Dataset load_csv(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
