#pragma once

#include <filesystem>

#include "datasets/formats/table.h"
#include "src/core/config.h"

namespace spinlab::datasets {

/// From the options "delimiter", "decimal" and "header" of the data set "csv".
TableFormat table_format(const Config& options);

/// read_table through the cache of parsed files (datasets/formats/parsed_cache.h).
Table read_table_once(const std::filesystem::path& file, const TableFormat& format);

/// {"data": the recipe's section, "rows": …, "columns": a row each: role, type, range or values, missing}.
/// Without a "target" among the settings the last column is taken; text columns of few values are
/// categorical, others ignored.
Json understand_csv(const std::filesystem::path& file, const Json& settings);

}  // namespace spinlab::datasets
