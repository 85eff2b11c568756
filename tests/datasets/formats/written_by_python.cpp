#include "tests/datasets/formats/written_by_python.h"

#include <gtest/gtest.h>

#include "src/core/files.h"
#include "src/core/python.h"

namespace spinlab::datasets {

void run_in_python(const std::string& lines, const std::filesystem::path& folder) {
  const auto script = folder / "write.py";
  write_file(script,
             "import os, sys\nimport numpy as np\nfrom PIL import Image\nos.chdir(sys.argv[1])\n" + lines);
  ASSERT_NO_THROW(run_python(script, {folder.string()}));
}

}  // namespace spinlab::datasets
