#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::datasets {

/// What a file must be: its length and SHA-256 (64 lower-case hexadecimal digits).
struct Fingerprint {
  std::uint64_t bytes = 0;
  std::string sha256;
};

/// One file of a data set. It may lie in a data folder as `path` or packed as `path` + `suffix`.
struct CatalogFile {
  std::string path;     // below a data folder: "mnist/train-images-idx3-ubyte"
  Fingerprint content;  // unpacked
  std::string suffix;   // ".gz" or ".xz"; empty where only the unpacked file is known
  Fingerprint packed;
  std::vector<std::string> urls;  // the official origin first, then mirrors
  std::string member;             // its name in the data set's archive, empty where it is fetched by itself

  /// The longest that a download of it may get.
  std::uint64_t max_bytes() const { return std::max(content.bytes, packed.bytes); }
  /// No address is known where exactly these bytes could be fetched.
  bool by_hand() const { return urls.empty() && member.empty(); }
};

/// An archive (.tar.gz) that is fetched whole for the files in it.
struct CatalogArchive {
  std::vector<std::string> urls;
  std::uint64_t max_bytes = 0;
};

struct CatalogEntry {
  std::string name, title, origin, licence, citation;
  std::optional<CatalogArchive> archive;
  std::vector<CatalogFile> files;
};

/// datasets/files/catalog.json, read and checked: paths stay below a data folder, addresses are http or https.
class Catalog {
 public:
  /// Throws c10::ValueError that names the entry and what is wrong with it.
  explicit Catalog(const std::filesystem::path& file);
  /// The one that comes with Spinlab.
  static Catalog standard();

  const std::vector<CatalogEntry>& entries() const { return entries_; }
  /// nullptr where there is none.
  const CatalogEntry* find(const std::string& name) const;
  /// Throws c10::ValueError with the nearest name.
  const CatalogEntry& entry(const std::string& name) const;

 private:
  std::vector<CatalogEntry> entries_;
};

}  // namespace spinlab::datasets
