#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "datasets/dataset.h"
#include "src/core/registry.h"

namespace spinlab::datasets {

/// What loads a data set: a function of options, folders and, where anything is made or shuffled, a seed.
class Loader {
 public:
  Loader() = default;
  template <typename F>
  Loader(F load) {  // NOLINT(google-explicit-constructor): entries name the function
    if constexpr (std::is_invocable_v<F, const Config&, const DataFolders&, std::uint64_t>) {
      load_ = load;
      takes_seed_ = true;
    } else {
      load_ = [load](const Config& options, const DataFolders& folders, std::uint64_t) {
        return load(options, folders);
      };
    }
  }

  Dataset operator()(const Config& options, const DataFolders& folders, std::uint64_t seed) const {
    return load_(options, folders, seed);
  }
  /// Whether another seed gives another set.
  bool takes_seed() const { return takes_seed_; }

 private:
  std::function<Dataset(const Config&, const DataFolders&, std::uint64_t)> load_;
  bool takes_seed_ = false;
};

/// A data set by name: its options with their defaults, and what loads it. Each registers itself at the end
/// of its source (src/core/registry.h).
struct DatasetEntry {
  std::string name;
  std::string summary;
  /// null where the default follows from something else, as the set's header says; what loads it then does
  /// not see the key.
  Json defaults = Json::object();
  /// Gets the options complete but for those that are null, and checks their values.
  Loader load = {};
  /// Of what reads the user's own files: how their names end (".csv"; "/" for a folder), packed ones without
  /// their .gz or .xz.
  std::vector<std::string> endings = {};
  /// What such a file was understood as: {"data": the recipe's section that loads it, …: what else there is
  /// to be said}. `settings` are the user's own options, which count more than what the file looks like.
  /// Throws c10::ValueError as loading does.
  Json (*understand)(const std::filesystem::path& file, const Json& settings) = nullptr;
};

/// The set that reads such a file. Throws c10::ValueError: no such file, an ending that none has.
const DatasetEntry& dataset_of_file(const std::filesystem::path& file);

/// Throws c10::ValueError with the nearest name where there is none.
const DatasetEntry& find_dataset(const std::string& name);

/// {"name": …, option: …} with every missing option at its default; beside the set's own, each takes
/// "max_train" and "max_test" (null: all). Throws c10::ValueError: unknown name or option, with the nearest.
/// `where` names the source of the options in messages.
Json with_defaults(const Json& options, const std::string& where);

}  // namespace spinlab::datasets
