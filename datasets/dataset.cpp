#include "datasets/dataset.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/files/integrity.h"
#include "datasets/registry.h"

namespace spinlab::datasets {
namespace {

constexpr const char* kLimits[] = {"max_train", "max_test"};

std::vector<NamedOptions> all_options() {
  auto all = registered_options<DatasetEntry>();
  for (auto& [name, defaults] : all) {
    for (const auto* key : kLimits) defaults[key] = nullptr;
  }
  return all;
}

void keep_first(Split& split, int64_t count) {
  const auto n = std::min(count, split.size());
  split.inputs = split.inputs.narrow(0, 0, n);
  if (split.targets.defined()) split.targets = split.targets.narrow(0, 0, n);
  if (split.temperatures.defined()) split.temperatures = split.temperatures.narrow(0, 0, n);
}

int64_t limit(const Config& options, const std::string& key) {
  constexpr auto kAll = std::numeric_limits<int64_t>::max();
  return options.integer_or(key, kAll, 1, kAll);
}

Json without_nulls(const Json& options) {
  auto given = Json::object();
  for (const auto& item : options.items()) {
    if (!item.value().is_null()) given[item.key()] = item.value();
  }
  return given;
}

}  // namespace

const DatasetEntry& find_dataset(const std::string& name) {
  return registry<DatasetEntry>().at(choose(registered_options<DatasetEntry>(), "data set", name).name);
}

const DatasetEntry& dataset_of_file(const std::filesystem::path& file) {
  std::error_code error;
  TORCH_CHECK_VALUE(std::filesystem::exists(file, error), file.string(), ": no such file or folder");
  auto name = file.filename().string();
  for (const std::string_view packed : {".gz", ".xz"}) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  if (std::filesystem::is_directory(file, error)) name = "/";
  std::vector<std::string> known;
  for (const auto& [key, entry] : registry<DatasetEntry>()) {
    for (const auto& ending : entry.endings) {
      if (name.ends_with(ending)) return entry;
      known.push_back(ending == "/" ? "a folder of pictures" : ending);
    }
  }
  std::string list;
  for (const auto& each : known) list += (list.empty() ? "" : ", ") + each;
  TORCH_CHECK_VALUE(false, file.string(), ": not told by its ending what it is; known are ", list,
                    ". Rename it, or name the format yourself: --set name=csv");
}

Json with_defaults(const Json& options, const std::string& where) {
  return spinlab::with_defaults(all_options(), "data set", options, where);
}

Dataset load_dataset(const Json& options, const DataFolders& folders, std::uint64_t seed,
                     const Catalog& catalog) {
  const Config config(without_nulls(with_defaults(options, "data set")), "data set");
  const auto& entry = find_dataset(config.get<std::string>("name"));
  folders.require_existing();
  if (const auto* source = catalog.find(entry.name)) require_intact(*source, folders);
  const auto train = limit(config, "max_train"), test = limit(config, "max_test");
  auto set = entry.load(config, folders, seed);
  keep_first(set.train, train);
  keep_first(set.test, test);
  for (auto& [name, part] : set.parts) keep_first(part, test);
  return set;
}

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : registry<DatasetEntry>()) names.push_back(name);
  return names;
}

std::string dataset_summary(const std::string& name) {
  const auto catalog = Catalog::standard();
  const auto* source = catalog.find(name);
  return source == nullptr ? find_dataset(name).summary : source->title;
}

}  // namespace spinlab::datasets
