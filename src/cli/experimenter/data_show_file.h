#pragma once

#include <iosfwd>

#include "src/core/json.h"

namespace spinlab::cli {

/// What a file of the user's was understood as (DatasetEntry::understand, datasets/registry.h), for people:
/// its columns, arrays or classes a line each, then the recipe's section "data" to be pasted.
void print_understood(const Json& understood, std::ostream& out);

}  // namespace spinlab::cli
