#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::datasets {

/// Where data files are looked for, in this order: the folder of --data; SPINLAB_DATA; the cache, which is
/// XDG_CACHE_HOME/spinlab or ~/.cache/spinlab.
class DataFolders {
 public:
  /// `given`: the folder of --data, empty where there is none.
  explicit DataFolders(const std::filesystem::path& given = {});

  /// Throws c10::ValueError where the given folder, or that of SPINLAB_DATA, is none: whoever named it wants
  /// data from there and nowhere else. (A fetch makes the folder that it is given.)
  void require_existing() const;

  /// The first match of `file` ("mnist/train-images-idx3-ubyte"), as it stands or packed as .gz or .xz.
  std::optional<std::filesystem::path> look_up(const std::string& file) const;

  /// The same for a file that must be there. Throws c10::ValueError that says where it was looked for and how
  /// to get it: `data fetch DATASET`.
  std::filesystem::path find(const std::string& file, const std::string& dataset) const;

  /// Where fetched files go: the first folder of the order.
  const std::filesystem::path& target() const { return folders_.front(); }
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  std::vector<std::filesystem::path> folders_;
  std::filesystem::path given_, environment_;
};

}  // namespace spinlab::datasets
