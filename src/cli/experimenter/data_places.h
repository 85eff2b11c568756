#pragma once

#include <string>

#include "src/cli/command_line.h"

namespace spinlab::cli {

/// Where a subcommand of `data` looks.
struct DataPlaces {
  std::string folder, catalog;
};

/// --data and --catalog.
void add_data_places(Command& command, DataPlaces& places);

}  // namespace spinlab::cli
