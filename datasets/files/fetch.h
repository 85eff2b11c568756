#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "datasets/files/catalog.h"
#include "datasets/files/download.h"
#include "datasets/files/data_folders.h"

namespace spinlab::datasets {

struct FetchOptions {
  bool again = false;        // even where an intact file is there
  bool overwrite = false;    // even where a file of that name is there that is not the catalog's
  DownloadOptions download;  // max_bytes comes from the catalog
  /// A line for people: what is there already, what was written and where.
  std::function<void(const std::string& line)> say = [](const std::string&) {};
};

/// Brings the files of a data set into folders.target(): each by itself, or all out of its archive. A file is
/// downloaded to FILE.part, checked against the catalog's SHA-256 and renamed into place; addresses are tried
/// in order, and each that fails is said. Files that are there and intact are left alone; one that is not the
/// catalog's may be the user's own and is refused (c10::ValueError, before anything is fetched) but with
/// `overwrite`. Throws c10::Error that names every address and why it failed, or the checksum that is wrong;
/// a part that can be taken up again stays.
void fetch_dataset(const CatalogEntry& entry, const DataFolders& folders, const FetchOptions& options);

}  // namespace spinlab::datasets
