#include <algorithm>
#include <iostream>
#include <memory>

#include "datasets/registry.h"
#include "src/cli/experimenter/data_places.h"
#include "src/cli/experimenter/data_show.h"
#include "src/cli/experimenter/data_show_file.h"
#include "src/cli/experimenter/handed_over.h"

namespace spinlab::cli {
namespace {

using namespace datasets;

struct ShowOptions {
  std::string name;
  DataPlaces places;
  bool json = false;
  std::uint64_t seed = 0;
  std::vector<std::string> settings;
};

Json settings_of(const ShowOptions& options) {
  auto settings = Json::object();
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    TORCH_CHECK_VALUE(equals != std::string::npos, "--set expects KEY=VALUE, got ", setting);
    settings[setting.substr(0, equals)] = nullptr;
    set_key(settings, setting.substr(0, equals), setting.substr(equals + 1));
  }
  return settings;
}

void show_set(const Json& request, const ShowOptions& options, const Catalog& catalog) {
  const auto set = load_dataset(request, DataFolders(options.places.folder), options.seed, catalog);
  const auto* source = catalog.find(set.name);
  if (options.json) std::cout << describe(set, source).dump() << '\n';
  if (!options.json) print_dataset(set, source, std::cout);
}

/// What was understood comes first, so that it is seen where the set cannot be loaded.
void show_file(const ShowOptions& options, const Catalog& catalog) {
  auto settings = settings_of(options);
  const auto& entry = settings.contains("name") ? find_dataset(settings["name"].get<std::string>())
                                                : dataset_of_file(options.name);
  TORCH_CHECK_VALUE(entry.understand != nullptr, entry.name, " is no format of files");
  settings.erase("name");
  const auto understood = entry.understand(options.name, settings);
  if (options.json) std::cout << understood.dump() << '\n';
  if (!options.json) print_understood(understood, std::cout);
  show_set(understood.at("data"), options, catalog);
}

/// A data set that a catalog describes and nothing here reads.
void show_entry(const CatalogEntry& entry, const ShowOptions& options) {
  Json files = Json::array();
  for (const auto& file : entry.files) files.push_back({{"file", file.path}, {"bytes", file.content.bytes}});
  const Json shown = {{"name", entry.name},       {"title", entry.title},       {"origin", entry.origin},
                      {"licence", entry.licence}, {"citation", entry.citation}, {"files", files}};
  if (options.json) std::cout << shown.dump() << '\n';
  if (options.json) return;
  for (const auto& item : shown.items())
    std::cout << item.key() << "  "
              << (item.value().is_string() ? item.value().get<std::string>() : item.value().dump()) << '\n';
}

/// What is a name and a file too is the data set; ./NAME is the file.
ExitCode show(const ShowOptions& options) {
  const Catalog catalog{options.places.catalog};
  const DataFolders folders(options.places.folder);
  folders.require_existing();
  const auto known = dataset_names();
  std::error_code error;
  if (std::find(known.begin(), known.end(), options.name) != known.end()) {
    Json request = {{"name", options.name}};
    request.update(settings_of(options));
    show_set(request, options, catalog);
  } else if (const auto* entry = catalog.find(options.name)) {
    show_entry(*entry, options);
  } else {
    TORCH_CHECK_VALUE(std::filesystem::exists(options.name, error), "\"", options.name,
                      "\" is neither a data set nor a file", did_you_mean(options.name, known));
    show_file(options, catalog);
  }
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kData, [](Command& data) {
  auto options = std::make_shared<ShowOptions>();
  auto command = data.subcommand(handed_over::kDataShow.name, handed_over::kDataShow.summary);
  command.option("NAME", options->name, "A data set, or a file or folder of your own").required();
  add_data_places(command, options->places);
  command.option("--seed", options->seed, "For what is made or shuffled").show_default();
  command.option("--set", options->settings, "An option of the data set, KEY=VALUE; may be repeated")
      .one_each_time();
  command.flag("--json", options->json, "One JSON object a line");
  command.footer("Example: spinlab data show houses.csv --set target=price");
  command.action([options] { return show(*options); });
});

}  // namespace
}  // namespace spinlab::cli
