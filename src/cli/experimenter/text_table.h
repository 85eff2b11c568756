#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace spinlab::cli {

/// Rows of cells, the header first, in columns as wide as their widest cell. Characters are counted, not
/// bytes.
void print_table(const std::vector<std::vector<std::string>>& rows, std::ostream& out);

}  // namespace spinlab::cli
