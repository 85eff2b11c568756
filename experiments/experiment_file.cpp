#include "experiments/experiment_file.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/files.h"
#include "src/core/setting.h"

namespace fs = std::filesystem;

namespace spinlab::experiments {
namespace {

constexpr const char* kFile = "experiment.json";

fs::path all() { return root() / "experiments"; }

}  // namespace

std::vector<std::string> experiment_names() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(all(), missing))
    if (fs::exists(entry.path() / kFile)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

ExperimentFile read_experiment(const std::string& name) {
  const auto names = experiment_names();
  TORCH_CHECK_VALUE(std::find(names.begin(), names.end(), name) != names.end(), "there is no experiment \"",
                    name, "\"", did_you_mean(name, names));
  const auto folder = all() / name;
  const auto file = folder / kFile;
  const Config config(read_json(file), file.string());
  config.section("settings");  // an object
  ExperimentFile experiment{name, config.get<std::string>("title"), config.at("settings"), folder};
  config.expect_no_other_keys();
  return experiment;
}

Json override_settings(const ExperimentFile& experiment, const std::vector<std::string>& changes) {
  auto settings = experiment.settings;
  for (const auto& text : changes) {
    const auto change = parse_setting(text);
    set_key(settings, change.key, change.value);
    TORCH_CHECK_VALUE(settings.value(change.key, Json()) != Json::array(), "experiment ", experiment.name, ": ", change.key,
                      " must hold a value at least");
  }
  return settings;
}

}  // namespace spinlab::experiments
