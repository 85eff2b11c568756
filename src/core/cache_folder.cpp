#include "src/core/cache_folder.h"

#include <cstdlib>

namespace fs = std::filesystem;

namespace spinlab {

fs::path cache_folder() {
  const auto environment = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
  };
  if (const auto set = environment("XDG_CACHE_HOME"); set.is_absolute()) return set / "spinlab";
  const auto home = environment("HOME");
  return (home.empty() ? fs::current_path() : home) / ".cache" / "spinlab";
}

}  // namespace spinlab
