#include <iomanip>
#include <iostream>
#include <memory>

#include "datasets/dataset.h"
#include "datasets/files/fetch.h"
#include "datasets/files/integrity.h"
#include "src/cli/commands.h"
#include "src/cli/experimenter/data_show.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

using namespace datasets;

struct DataOptions {
  std::vector<std::string> names;
  std::string folder;
  std::string catalog = (root() / "datasets/files/catalog.json").string();
  bool json = false;
  bool all = false;
  bool again = false;
  std::uint64_t seed = 0;
  std::vector<std::string> settings;
};

std::vector<const CatalogEntry*> chosen(const Catalog& catalog, const std::vector<std::string>& names) {
  std::vector<const CatalogEntry*> entries;
  for (const auto& name : names) entries.push_back(&catalog.entry(name));
  for (const auto& entry : catalog.entries()) {
    if (names.empty()) entries.push_back(&entry);
  }
  return entries;
}

std::string megabytes(std::uint64_t bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(bytes < 10'000'000 ? 2 : 0) << static_cast<double>(bytes) / 1e6
       << " MB";
  return text.str();
}

Json list_row(const CatalogEntry& entry, const DataFolders& folders) {
  std::uint64_t bytes = 0;
  std::size_t present = 0;
  std::string where;
  for (const auto& file : entry.files) {
    const auto found = folders.look_up(file.path);
    bytes += file.content.bytes;
    present += found.has_value();
    if (found && where.empty()) where = found->parent_path().string();
  }
  return {{"name", entry.name}, {"title", entry.title}, {"files", entry.files.size()},
          {"present", present}, {"bytes", bytes},       {"folder", where}};
}

void print_list_row(const Json& row) {
  const auto files = row["files"].get<std::size_t>(), present = row["present"].get<std::size_t>();
  std::cout << std::left << std::setw(20) << row["name"].get<std::string>() << std::right << std::setw(3)
            << present << " of " << std::setw(2) << files << " files" << std::setw(10)
            << megabytes(row["bytes"].get<std::uint64_t>()) << "  " << row["title"].get<std::string>()
            << '\n';
  const auto name = row["name"].get<std::string>();
  std::cout << std::string(20, ' ')
            << (present == files ? "in " + row["folder"].get<std::string>()
                                 : "get it: spinlab data fetch " + name)
            << '\n';
}

ExitCode list(const DataOptions& options) {
  const Catalog catalog{options.catalog};
  const DataFolders folders(options.folder);
  for (const auto& entry : catalog.entries()) {
    const auto row = list_row(entry, folders);
    if (options.json) std::cout << row.dump() << '\n';
    if (!options.json) print_list_row(row);
  }
  for (const auto& name : dataset_names()) {
    if (catalog.find(name) != nullptr) continue;
    if (options.json) std::cout << Json{{"name", name}, {"made", true}}.dump() << '\n';
    if (!options.json) std::cout << std::left << std::setw(20) << name << " made on the spot from a seed\n";
  }
  return ExitCode::kDone;
}

ExitCode fetch(const DataOptions& options) {
  TORCH_CHECK_VALUE(options.all != !options.names.empty(),
                    "name the data sets to fetch, or give --all; spinlab data ", "list says what there is");
  const Catalog catalog{options.catalog};
  const DataFolders folders(options.folder);
  const auto entries = chosen(catalog, options.names);
  const Interrupt orderly_end;
  FetchOptions how;
  how.again = options.again;
  how.say = [](const std::string& line) { std::cout << line << std::endl; };
  for (const auto* entry : entries) fetch_dataset(*entry, folders, how);
  return ExitCode::kDone;
}

const char* word(FileState state) {
  if (state == FileState::kIntact) return "intact";
  return state == FileState::kMissing ? "missing" : "damaged";
}

void print_report(const CatalogEntry& entry, const CatalogFile& file, const FileReport& report, bool json) {
  if (json) {
    std::cout << Json{{"dataset", entry.name},
                      {"file", file.path},
                      {"state", word(report.state)},
                      {"path", report.found.string()},
                      {"problem", report.problem}}
                     .dump()
              << '\n';
    return;
  }
  std::cout << std::left << std::setw(9) << word(report.state);
  if (report.state == FileState::kIntact) std::cout << report.found.string() << '\n';
  if (report.state == FileState::kMissing)
    std::cout << file.path << "; get it with: spinlab data fetch " << entry.name << '\n';
  if (report.state == FileState::kDamaged) {
    std::cout << report.problem << "; mend it with: spinlab data fetch " << entry.name << '\n';
  }
}

// Damaged files fail; missing ones only where their data set was asked for by name.
ExitCode verify(const DataOptions& options) {
  const Catalog catalog{options.catalog};
  const DataFolders folders(options.folder);
  bool good = true;
  for (const auto* entry : chosen(catalog, options.names)) {
    for (const auto& file : entry->files) {
      const auto report = inspect(file, folders);
      print_report(*entry, file, report, options.json);
      good = good && report.state != FileState::kDamaged &&
             (report.state == FileState::kIntact || options.names.empty());
    }
  }
  return good ? ExitCode::kDone : ExitCode::kChecksFailed;
}

ExitCode show(const DataOptions& options) {
  Json request{{"name", options.names.front()}};
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    TORCH_CHECK_VALUE(equals != std::string::npos, "--set expects KEY=VALUE, got ", setting);
    request[setting.substr(0, equals)] = nullptr;
    set_key(request, setting.substr(0, equals), setting.substr(equals + 1));
  }
  const auto set = load_dataset(request, DataFolders(options.folder), options.seed);
  const Catalog catalog{options.catalog};
  const auto* source = catalog.find(set.name);
  if (options.json) std::cout << describe(set, source).dump() << '\n';
  if (!options.json) print_dataset(set, source, std::cout);
  return ExitCode::kDone;
}

using Command = ExitCode (*)(const DataOptions&);

CLI::App* add(CLI::App& parent, const char* name, const char* help, const char* example, Command run,
              Action& action, const std::shared_ptr<DataOptions>& options) {
  auto* command = parent.add_subcommand(name, help);
  command->footer(std::string("Example: spinlab data ") + example);
  command->add_option("--data", options->folder, "A folder of data files, looked in first and fetched into");
  command->add_option("--catalog", options->catalog, "Another catalog than datasets/files/catalog.json");
  command->callback([&action, options, run] { action = [options, run] { return run(*options); }; });
  return command;
}

}  // namespace

void add_data_command(CLI::App& app, Action& action) {
  auto* data = app.add_subcommand("data", "The data sets: what there is, fetch, check, look at");
  data->require_subcommand(1);
  data->footer("Example: spinlab data fetch mnist");
  const auto options = std::make_shared<DataOptions>();
  constexpr const char* kJson = "One JSON object a line";

  auto* listing = add(*data, "list", "Which data sets there are and where their files lie", "list", list,
                      action, options);
  listing->add_flag("--json", options->json, kJson);

  auto* fetching = add(*data, "fetch", "Download what is missing, check it, put it in place",
                       "fetch mnist cifar10", fetch, action, options);
  fetching->add_option("NAME", options->names, "Data sets, as spinlab data list names them");
  fetching->add_flag("--all", options->all, "Every data set of the catalog");
  fetching->add_flag("--again", options->again, "Also what is there and intact");

  auto* verifying = add(*data, "verify", "Compute the checksums of the files that are there", "verify mnist",
                        verify, action, options);
  verifying->add_option("NAME", options->names, "Data sets; all where none is named");
  verifying->add_flag("--json", options->json, kJson);

  auto* showing = add(*data, "show", "Shapes, classes, mean and deviation, where it comes from, a sample",
                      "show ising --set side=16", show, action, options);
  showing->add_option("NAME", options->names, "A data set")->required()->expected(1);
  showing->add_option("--seed", options->seed, "For what is made or shuffled")->capture_default_str();
  showing->add_option("--set", options->settings, "An option of the data set, KEY=VALUE; may be repeated")
      ->allow_extra_args(false);
  showing->add_flag("--json", options->json, kJson);
}

}  // namespace spinlab::cli
