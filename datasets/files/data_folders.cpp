#include "datasets/files/data_folders.h"

#include <c10/util/Exception.h>

#include <cstdlib>

#include "src/core/cache_folder.h"
#include "src/core/called_as.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr const char* kSuffixes[] = {"", ".gz", ".xz"};

fs::path environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

void require_folder(const fs::path& folder, const std::string& named_by, const std::string& remedy) {
  std::error_code unreadable;
  if (folder.empty() || fs::is_directory(folder, unreadable)) return;
  TORCH_CHECK_VALUE(false, named_by, " ", folder.string(),
                    fs::exists(folder, unreadable) ? ": this is no folder; " : ": there is no such folder; ",
                    remedy);
}

}  // namespace

DataFolders::DataFolders(const fs::path& given) : given_(given), environment_(environment("SPINLAB_DATA")) {
  for (const auto& folder : {given_, environment_, cache_folder()}) {
    if (!folder.empty()) folders_.push_back(folder);
  }
}

void DataFolders::require_existing() const {
  require_folder(given_, "--data", "name the folder that has the data files, or leave the option out");
  require_folder(environment_, "SPINLAB_DATA is",
                 "set it to the folder that has the data files, or unset it");
}

std::optional<fs::path> DataFolders::look_up(const std::string& file) const {
  for (const auto& folder : folders_) {
    for (const char* suffix : kSuffixes) {
      auto candidate = folder / (file + suffix);
      std::error_code unreadable;
      if (fs::exists(candidate, unreadable)) return candidate;
    }
  }
  return std::nullopt;
}

fs::path DataFolders::find(const std::string& file, const std::string& dataset) const {
  const auto found = look_up(file);
  std::string looked;
  for (const auto& folder : folders_) looked += (looked.empty() ? "" : ", ") + folder.string();
  TORCH_CHECK_VALUE(found, "the file ", file, " of the data set ", dataset, " is not in ", looked,
                    "; get it with: ", called_as(), " data fetch ", dataset,
                    " (or name a folder that has it with --data)");
  return *found;
}

}  // namespace spinlab::datasets
