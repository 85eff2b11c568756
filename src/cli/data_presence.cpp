#include "src/cli/data_presence.h"

#include <algorithm>

#include "datasets/files/catalog.h"
#include "datasets/files/data_folders.h"

namespace spinlab::cli {

judging::HasData data_on_this_machine() {
  return
      [catalog = datasets::Catalog::standard(), folders = datasets::DataFolders()](const std::string& name) {
        const auto& files = catalog.entry(name).files;
        return std::all_of(files.begin(), files.end(),
                           [&](const auto& file) { return folders.look_up(file.path); });
      };
}

}  // namespace spinlab::cli
