#include <iomanip>
#include <iostream>
#include <memory>
#include <set>

#include "datasets/files/fetch.h"
#include "datasets/files/integrity.h"
#include "src/cli/experimenter/data_places.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/other_programs.h"
#include "src/core/called_as.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

using namespace datasets;

struct DataOptions {
  std::vector<std::string> names;
  DataPlaces places;
  bool json = false;
  bool all = false;
  bool again = false;
  bool overwrite = false;
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
  std::set<std::string> places;
  for (const auto& file : entry.files) {
    const auto found = folders.look_up(file.path);
    bytes += file.content.bytes;
    present += found.has_value();
    if (found) places.insert(found->parent_path());
  }
  std::string where;
  for (const auto& place : places) where += (where.empty() ? "" : ", ") + place;
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
                                 : "get it: " + called_as() + " data fetch " + name)
            << '\n';
}

ExitCode list(const DataOptions& options) {
  const Catalog catalog{options.places.catalog};
  const DataFolders folders(options.places.folder);
  folders.require_existing();
  for (const auto& entry : catalog.entries()) {
    const auto row = list_row(entry, folders);
    if (options.json) std::cout << row.dump() << '\n';
    if (!options.json) print_list_row(row);
  }
  for (const auto& [kind, name, summary] : zoo_entries()) {
    if (kind != "dataset" || catalog.find(name) != nullptr) continue;
    if (options.json) std::cout << Json{{"name", name}, {"title", summary}, {"made", true}}.dump() << '\n';
    if (!options.json)
      std::cout << std::left << std::setw(20) << name << "  on the spot  " << summary << '\n';
  }
  return ExitCode::kDone;
}

ExitCode fetch(const DataOptions& options) {
  TORCH_CHECK_VALUE(options.all != !options.names.empty(), "name the data sets to fetch, or give --all; ",
                    called_as(), " data list says what there is");
  const Catalog catalog{options.places.catalog};
  const DataFolders folders(options.places.folder);
  const auto entries = chosen(catalog, options.names);
  const Interrupt orderly_end;
  FetchOptions how;
  how.again = options.again;
  how.overwrite = options.overwrite;
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
    std::cout << file.path << "; get it with: " << called_as() << " data fetch " << entry.name << '\n';
  if (report.state == FileState::kDamaged) {
    std::cout << report.problem << "; replace it with: " << called_as() << " data fetch " << entry.name
              << " --overwrite\n";
  }
}

// Damaged files fail; missing ones only where their data set was asked for by name.
ExitCode verify(const DataOptions& options) {
  const Catalog catalog{options.places.catalog};
  const DataFolders folders(options.places.folder);
  folders.require_existing();
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

using Body = ExitCode (*)(const DataOptions&);

Command add(Command& data, const char* name, const char* summary, const char* example, Body body,
            const std::shared_ptr<DataOptions>& options) {
  auto command = data.subcommand(name, summary);
  command.footer(std::string("Example: spinlab data ") + example);
  add_data_places(command, options->places);
  command.action([options, body] { return body(*options); });
  return command;
}

const Registration kRegistration(handed_over::kData, [](Command& data) {
  const auto options = std::make_shared<DataOptions>();
  constexpr const char* kJson = "One JSON object a line";
  data.footer("Example: spinlab data fetch mnist");

  auto listing =
      add(data, "list", "Which data sets there are and where their files lie", "list", list, options);
  listing.flag("--json", options->json, kJson);

  auto fetching = add(data, "fetch", "Download what is missing, check it, put it in place",
                      "fetch mnist cifar10", fetch, options);
  fetching.option("NAME", options->names, "Data sets, as spinlab data list names them");
  fetching.flag("--all", options->all, "Every data set of the catalog");
  fetching.flag("--again", options->again, "Also what is there and intact");
  fetching.flag("--overwrite", options->overwrite, "Replace files that are there and not the catalog's");

  auto verifying = add(data, "verify", "Compute the checksums of the files that are there", "verify mnist",
                       verify, options);
  verifying.option("NAME", options->names, "Data sets; all where none is named");
  verifying.flag("--json", options->json, kJson);

  data.subcommand(handed_over::kDataShow.name, handed_over::kDataShow.summary).hand_over(become_zoo);
});

}  // namespace
}  // namespace spinlab::cli
