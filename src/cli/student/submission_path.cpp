#include "src/cli/student/submission_path.h"

#include <c10/util/Exception.h>

namespace fs = std::filesystem;

namespace spinlab::cli {

fs::path submission_path(const judging::Assignment& assignment, const std::string& file) {
  if (!file.empty()) return file;
  for (const auto& folder : {fs::current_path(), assignment.folder})
    if (fs::exists(folder / assignment.file)) return folder / assignment.file;
  TORCH_CHECK_VALUE(false, "no ", assignment.file, " here or in ", assignment.folder.string(),
                    ": say with --file which one to take");
}

}  // namespace spinlab::cli
