#include <iostream>
#include <memory>

#include "src/cli/experimenter/data_places.h"
#include "src/cli/experimenter/data_show.h"
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

ExitCode show(const ShowOptions& options) {
  Json request{{"name", options.name}};
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    TORCH_CHECK_VALUE(equals != std::string::npos, "--set expects KEY=VALUE, got ", setting);
    request[setting.substr(0, equals)] = nullptr;
    set_key(request, setting.substr(0, equals), setting.substr(equals + 1));
  }
  const auto set = load_dataset(request, DataFolders(options.places.folder), options.seed);
  const Catalog catalog{options.places.catalog};
  const auto* source = catalog.find(set.name);
  if (options.json) std::cout << describe(set, source).dump() << '\n';
  if (!options.json) print_dataset(set, source, std::cout);
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kData, [](Command& data) {
  auto options = std::make_shared<ShowOptions>();
  auto command = data.subcommand(handed_over::kDataShow.name, handed_over::kDataShow.summary);
  command.option("NAME", options->name, "A data set").required();
  add_data_places(command, options->places);
  command.option("--seed", options->seed, "For what is made or shuffled").show_default();
  command.option("--set", options->settings, "An option of the data set, KEY=VALUE; may be repeated")
      .one_each_time();
  command.flag("--json", options->json, "One JSON object a line");
  command.footer("Example: spinlab data show ising --set side=16");
  command.action([options] { return show(*options); });
});

}  // namespace
}  // namespace spinlab::cli
