#include "src/judging/sandbox/program_path.h"

#include <stdexcept>

namespace fs = std::filesystem;

namespace spinlab::sandbox {

fs::path program_path(const std::string& name) {
  const auto file = fs::read_symlink("/proc/self/exe").parent_path() / name;
  if (!fs::exists(file))
    throw std::runtime_error(file.string() + " is missing: build the project's default target");
  return file;
}

}  // namespace spinlab::sandbox
