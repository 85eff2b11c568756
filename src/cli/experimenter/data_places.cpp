#include "src/cli/experimenter/data_places.h"

#include "src/core/files.h"

namespace spinlab::cli {

void add_data_places(Command& command, DataPlaces& places) {
  places.catalog = (root() / "datasets/files/catalog.json").string();
  command.option("--data", places.folder, "A folder of data files, looked in first and fetched into");
  command.option("--catalog", places.catalog, "Another catalog than datasets/files/catalog.json");
}

}  // namespace spinlab::cli
