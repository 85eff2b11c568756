#include "datasets/files/catalog.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxBytes = int64_t{1} << 40;

std::string relative_path(const Config& config) {
  const auto path = config.get<std::string>("path");
  const fs::path parsed(path);
  const bool climbs = std::find(parsed.begin(), parsed.end(), "..") != parsed.end();
  TORCH_CHECK_VALUE(!path.empty() && parsed.is_relative() && !climbs, config.where(), ": path \"", path,
                    "\" must stay below the data folder");
  return path;
}

Fingerprint fingerprint(const Config& config) {
  const auto sha256 = config.get<std::string>("sha256");
  const bool digits = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  TORCH_CHECK_VALUE(sha256.size() == 64 && digits, config.where(),
                    ": sha256 must be 64 lower-case hexadecimal digits");
  return {static_cast<std::uint64_t>(config.integer("bytes", 1, kMaxBytes)), sha256};
}

std::vector<std::string> addresses(const Config& config) {
  const auto urls = config.get_or<std::vector<std::string>>("urls", {});
  for (const auto& url : urls) {
    TORCH_CHECK_VALUE(url.starts_with("https://") || url.starts_with("http://"), config.where(), ": \"", url,
                      "\" is not an http or https address");
  }
  return urls;
}

CatalogFile read_file_entry(const Json& json, const std::string& where) {
  const Config config(json, where);
  CatalogFile file;
  file.path = relative_path(config);
  file.content = fingerprint(config);
  if (config.has("packed")) {
    const auto packed = config.section("packed");
    file.suffix = packed.one_of("suffix", {".gz", ".xz"});
    file.packed = fingerprint(packed);
    packed.expect_no_other_keys();
  }
  file.urls = addresses(config);
  file.member = config.get_or<std::string>("member", "");
  config.expect_no_other_keys();
  return file;
}

CatalogArchive read_archive(const Config& config) {
  CatalogArchive archive{addresses(config),
                         static_cast<std::uint64_t>(config.integer("max_bytes", 1, kMaxBytes))};
  TORCH_CHECK_VALUE(!archive.urls.empty(), config.where(), ": no address");
  config.expect_no_other_keys();
  return archive;
}

CatalogEntry read_entry(const std::string& name, const Json& json, const std::string& where) {
  const Config config(json, where);
  CatalogEntry entry;
  entry.name = name;
  entry.title = config.get<std::string>("title");
  entry.origin = config.get<std::string>("origin");
  entry.licence = config.get<std::string>("licence");
  entry.citation = config.get<std::string>("citation");
  if (config.has("archive")) entry.archive = read_archive(config.section("archive"));
  for (const auto& file : config.at("files")) entry.files.push_back(read_file_entry(file, where + ": files"));
  config.expect_no_other_keys();
  return entry;
}

}  // namespace

Catalog::Catalog(const fs::path& file) {
  const auto json = read_json(file);
  TORCH_CHECK_VALUE(json.is_object(), file.string(), ": expected an object of data sets");
  for (const auto& item : json.items()) {
    entries_.push_back(read_entry(item.key(), item.value(), file.string() + ": " + item.key()));
  }
}

Catalog Catalog::standard() { return Catalog(root() / "datasets/files/catalog.json"); }

const CatalogEntry* Catalog::find(const std::string& name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](auto& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

const CatalogEntry& Catalog::entry(const std::string& name) const {
  const auto* found = find(name);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const auto& entry : entries_) names.push_back(entry.name);
    TORCH_CHECK_VALUE(false, "the catalog has no data set \"", name, "\"", did_you_mean(name, names));
  }
  return *found;
}

}  // namespace spinlab::datasets
