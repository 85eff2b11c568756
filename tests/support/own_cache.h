#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace spinlab {

/// For as long as it lives, cache_folder() is below `folder`.
class OwnCache {
 public:
  explicit OwnCache(const std::filesystem::path& folder) {
    if (const auto* set = std::getenv("XDG_CACHE_HOME")) before_ = set;
    ::setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  }
  ~OwnCache() {
    if (before_) ::setenv("XDG_CACHE_HOME", before_->c_str(), 1);
    if (!before_) ::unsetenv("XDG_CACHE_HOME");
  }
  OwnCache(const OwnCache&) = delete;
  OwnCache& operator=(const OwnCache&) = delete;

 private:
  std::optional<std::string> before_;
};

}  // namespace spinlab
