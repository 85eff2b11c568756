#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "src/core/registry.h"

namespace spinlab::datasets {

/// A data set by name: its options with their defaults, and what loads it. Each registers itself at the end
/// of its source (src/core/registry.h).
struct DatasetEntry {
  std::string name;
  std::string summary;
  /// null where the default follows from something else, as the set's header says; what loads it then does
  /// not see the key.
  Json defaults = Json::object();
  /// Gets the options complete but for those that are null, and checks their values.
  Dataset (*load)(const Config& options, const DataFolders& folders, std::uint64_t seed) = nullptr;
};

/// Throws c10::ValueError with the nearest name where there is none.
const DatasetEntry& find_dataset(const std::string& name);

/// {"name": …, option: …} with every missing option at its default; beside the set's own, each takes
/// "max_train" and "max_test" (null: all). Throws c10::ValueError: unknown name or option, with the nearest.
/// `where` names the source of the options in messages.
Json with_defaults(const Json& options, const std::string& where);

}  // namespace spinlab::datasets
