#pragma once

#include <set>
#include <string>
#include <vector>

#include "datasets/formats/table.h"
#include "datasets/labels.h"

namespace spinlab::datasets {

/// What the columns of a table are for.
struct CsvRoles {
  std::vector<std::string> features, targets;  // in the order of the columns of the inputs
  std::set<std::string> categorical;
  std::string split;  // empty where there is none
  bool classification = false;
};

/// By the options of the data set "csv". Throws c10::ValueError that begins with `file`: a column that the
/// table lacks (with the nearest), a text column that is none of target, categorical, ignored; a column of
/// two roles; several targets of which one is text.
CsvRoles csv_roles(const Table& table, const Config& options, const std::string& file);

/// The column of that name. Throws c10::ValueError with the nearest.
const Column& column_of(const Table& table, const std::string& name, const std::string& file);

/// Throws c10::ValueError, with the line of its first word, where the column is not of numbers.
void require_numbers(const Column& column, const std::string& file);

}  // namespace spinlab::datasets
