#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace spinlab {

/// While one lives, there are no data files but in the folders that a test names: SPINLAB_DATA is not set and
/// the cache is an empty folder.
class WithoutData {
 public:
  explicit WithoutData(const std::filesystem::path& cache) {
    ::unsetenv("SPINLAB_DATA");
    ::setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  }
  ~WithoutData() {
    put_back("SPINLAB_DATA", data_);
    put_back("XDG_CACHE_HOME", cache_);
  }
  WithoutData(const WithoutData&) = delete;
  WithoutData& operator=(const WithoutData&) = delete;

 private:
  using Value = std::optional<std::string>;

  static Value value(const char* name) {
    const char* set = std::getenv(name);
    return set == nullptr ? Value() : Value(set);
  }
  static void put_back(const char* name, const Value& value) {
    value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
  }

  const Value data_ = value("SPINLAB_DATA"), cache_ = value("XDG_CACHE_HOME");
};

}  // namespace spinlab
