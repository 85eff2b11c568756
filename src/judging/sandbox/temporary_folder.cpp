#include "src/judging/sandbox/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace fs = std::filesystem;

namespace spinlab::sandbox {

TemporaryFolder::TemporaryFolder() {
  auto name = (fs::canonical(fs::temp_directory_path()) / "spinlab-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace spinlab::sandbox
