#include "benchmarks/temporary_folder.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

namespace fs = std::filesystem;

namespace spinlab::benchmarks {

TemporaryFolder::TemporaryFolder() {
  auto name = (fs::temp_directory_path() / "spinlab-bench-XXXXXX").string();
  TORCH_CHECK(::mkdtemp(name.data()) != nullptr, "no temporary folder can be made at ", name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace spinlab::benchmarks
