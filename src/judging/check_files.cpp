#include "src/judging/check_files.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace spinlab::judging {

std::vector<fs::path> hidden_check_files(const fs::path& assignment_folder) {
  std::vector<fs::path> files;
  if (const auto one = assignment_folder / "hidden_checks.cpp"; fs::exists(one)) files.push_back(one);
  if (const auto several = assignment_folder / "hidden_checks"; fs::is_directory(several))
    for (const auto& entry : fs::directory_iterator(several))
      if (entry.path().extension() == ".cpp") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace spinlab::judging
